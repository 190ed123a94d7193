"""Ties kept by hand in the registers, beside those of the publishers, on the territory page."""

import duckdb
import pytest

from dashboard.app import create_app
from dashboard.ties import KINDS, group_ties, read_ties, say_partner
from dashboard.warehouse import Warehouse
from etl.warehouse import find_current
from tests.dashboard.conftest import write_warehouse

GRENOBLE = "38185"
TIES = (
    ("label", "Capitale verte de l'Europe 2022", "", "capitale-verte-2022", "titled", 2022, 2022),
    ("label", "Réseau des villes créatives", "", "villes-creatives", "member", None, None),
    ("label", "Fortifications", "", "whc-1283", "inscribed", 2008, None),
    ("projet", "Eau : Ouagadougou", "BF", "eau", "cooperation", 2019, 2023),
    ("projet", "USER", "DE", "5", "lead", 2013, 2015),
    ("reseau", "C40 Cities", "GB", "c40", "member", None, None),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("by-hand")
    write_warehouse(folder)
    with duckdb.connect(str(find_current(folder))) as con:
        for kind, label, country, code, role, start, end in TIES:
            con.execute(
                "INSERT INTO link VALUES ('commune', ?, ?, ?, ?, ?, ?, '', ?, ?, 'registres')",
                [GRENOBLE, kind, label, country, code, role, start, end],
            )
    return folder


@pytest.fixture(scope="module")
def groups(folder):
    return group_ties(read_ties(Warehouse(folder).build(), "commune", GRENOBLE))


def test_labels_and_cooperation_projects_have_their_own_headings(groups):
    assert list(groups) == ["reseau", "projet", "cooperation", "patrimoine", "creative", "label"]
    assert KINDS["label"][0] == "Labels et titres internationaux"
    (label,) = groups["label"]
    assert (label.partner, label.role, label.country) == ("Capitale verte de l’Europe 2022", "titulaire", "")


def test_a_project_says_its_partners_country_and_a_network_its_seat(groups):
    (project,) = groups["cooperation"]
    assert (project.country, project.role, project.years) == ("Burkina Faso", "partenaire", "2019–2023")
    assert say_partner(groups["reseau"][0]) == "C40 Cities (siège\u00a0: Royaume-Uni)"


def test_a_title_of_one_year_says_that_year_once(groups):
    assert groups["label"][0].years == "2022"


def test_their_whole_list_is_served(folder, catalogue, geo):
    client = create_app(folder, catalogue=catalogue, geo=geo).server.test_client()
    for kind in ("label", "cooperation"):
        assert client.get(f"/chiffres/liens/{GRENOBLE}/{kind}").status_code == 200
