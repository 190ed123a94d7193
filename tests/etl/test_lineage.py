"""A figure is traced back to the raw lines that make it; without raw files, it says how to get them."""

import shutil

import pytest

from etl.build import write_observations
from etl.errors import ProductError
from etl.fetch import Fetcher
from etl.lineage import describe, trace
from etl.paths import DataPaths
from etl.refresh import gather
from etl.status import as_json, as_lines, read_status
from etl.warehouse import draft_path, new_build_id, publish
from tests.etl.conftest import FIXTURES

GRENOBLE = "200040715"


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> DataPaths:
    """A build of the fixtures, published without scores."""
    root = tmp_path_factory.mktemp("data")
    paths = DataPaths(root, root / "snapshot", root / "geo")
    gathered = gather(paths, fetcher=Fetcher(paths.raw, str(FIXTURES)))
    assert gathered is not None
    draft = draft_path(paths.warehouse, new_build_id())
    write_observations(draft, gathered, edition=2026)
    publish(draft)
    return paths


def test_a_sum_shows_the_lines_that_add_up_to_it(paths):
    found = trace(paths, GRENOBLE, "musees_visiteurs", 2023)
    assert found.observation["value"] == found.lines["value"].sum() == 1230
    assert set(found.lines["label"]) == {"musée du Quai", "musée d'à côté"}
    assert set(found.lines["line"]) == {3, 5}
    text = "\n".join(describe(found))
    assert "entrees_et_categories_de_public.csv:3" in text
    assert "sha256" in text
    assert "total of 2 lines" in text


def test_a_count_of_ties_shows_the_ties(paths):
    found = trace(paths, GRENOBLE, "reseaux", 2018)
    assert found.observation["value"] == found.lines["partner_code"].nunique()
    assert "distinct partners" in describe(found)[-1]


def test_without_the_raw_files_it_says_how_to_get_them(paths, tmp_path):
    moved = DataPaths(tmp_path, paths.snapshot, paths.geo)
    shutil.copytree(paths.warehouse, moved.warehouse, symlinks=True)
    found = trace(moved, GRENOBLE, "musees_visiteurs", 2023)
    assert found.lines is None
    assert "make refresh" in describe(found)[-1]


def test_another_edition_of_the_raw_file_is_not_taken_for_the_one_that_was_read(paths, tmp_path):
    moved = DataPaths(tmp_path, paths.snapshot, paths.geo)
    shutil.copytree(paths.warehouse, moved.warehouse, symlinks=True)
    shutil.copytree(paths.raw, moved.raw)
    raw = moved.raw / "culture_musees" / "entrees_et_categories_de_public.csv"
    raw.write_text(raw.read_text().replace("1200", "1300"))
    assert trace(moved, GRENOBLE, "musees_visiteurs", 2023).lines is None


def test_a_figure_that_is_not_there_names_the_years_that_are(paths):
    with pytest.raises(ProductError, match=r"Years of this series here: 2022, 2023"):
        trace(paths, GRENOBLE, "musees_visiteurs", 1999)


def test_a_code_that_stands_at_several_levels_asks_which(paths):
    with pytest.raises(ProductError, match="--level"):
        trace(paths, "76", "population", 2023)
    assert trace(paths, "76", "population", 2023, level="region").observation["level"] == "region"


def test_status_tells_every_source_as_lines_and_for_machines(paths):
    status = read_status(paths)
    lines = "\n".join(as_lines(status))
    for code in status["source_code"]:
        assert code in lines
        assert f'"{code}"' in as_json(status)
    museums = status.set_index("source_code").loc["culture_musees"]
    assert (museums["rows_read"], museums["rows_rejected"]) == (12, 3)


def test_a_mean_of_zones_lists_its_zones_with_their_weights(paths):
    found = trace(paths, GRENOBLE, "taux_chomage", 2014)
    table = found.lines
    assert set(table["territory_code"]) == {"8409"}
    assert table["weight"].gt(0).all()
    mean = (table["value"] * table["weight"]).sum() / table["weight"].sum()
    assert found.observation["value"] == pytest.approx(mean)
    assert "weighted mean of 1 zones" in describe(found)[-1]
    zone = trace(paths, "8409", "taux_chomage", 2014)
    assert zone.lines["value"].tolist() == [pytest.approx(8.15)]
    assert "weight" not in zone.lines


def test_a_greatest_figure_is_no_total(paths):
    found = trace(paths, GRENOBLE, "noms_alternatifs", 2026)
    assert found.observation["value"] == found.lines["value"].max()
    assert "greatest of" in describe(found)[-1]


def test_a_published_median_shows_its_own_line_only(paths):
    found = trace(paths, "38185", "revenu_median", 2019)
    assert set(found.lines["territory_code"]) == {"38185"}
    assert "as published" in describe(found)[-1]


def test_a_count_of_ties_leaves_out_the_roles_that_do_not_count(paths):
    found = trace(paths, "75056", "postes_diplomatiques", 2022)
    assert found.observation["value"] == found.lines["partner_code"].nunique()
    assert not found.lines["label"].str.contains("embassy").any()
    assert found.lines["label"].str.contains("Portugal, PT (consulate general)", regex=False).any()
