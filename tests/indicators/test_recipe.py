"""README's recipe "Add an indicator", followed to the letter on a copy of the catalogue: one block, nothing else."""

import dataclasses
import re
import textwrap
from pathlib import Path

import duckdb
import numpy as np
import pytest

from etl.warehouse import DDL
from indicators.catalogue import load_catalogue
from indicators.compute import score_level
from indicators.goalposts import as_fit, load_goalposts, write_goalposts
from indicators.panel import build_panel
from indicators.singularity import fit_level
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    """Our catalogue and the block of the README."""
    recipe = (ROOT / "README.md").read_text(encoding="utf-8").partition("### Add an indicator")[2].partition("### ")[0]
    block = textwrap.dedent(re.search(r"```toml\n(.*?)```", recipe, re.DOTALL)[1])
    whole = (ROOT / "indicators" / "catalogue.toml").read_text(encoding="utf-8")
    copy: Path = tmp_path_factory.mktemp("catalogue") / "catalogue.toml"
    copy.write_text(f"{whole}\n{block}", encoding="utf-8")
    return load_catalogue(copy)


@pytest.fixture(scope="module")
def con(catalogue):
    """Fifty intercommunalités with a figure for every series of every indicator."""
    rng = np.random.default_rng(3)
    series = sorted({code for one in catalogue.indicators for code in one.series})
    with duckdb.connect() as con:
        con.execute(DDL)
        con.execute("SELECT setseed(0.5)")
        for place in range(50):
            code = f"2000{place:05d}"
            con.execute(
                "INSERT INTO territory (level, territory_code, label, nature, size_class, population, departement) "
                "VALUES ('epci', ?, ?, 'CA', '0-20000', ?, '38')", [code, code, float(rng.uniform(1e4, 1e6))],
            )  # fmt: skip
        con.execute(
            """INSERT INTO observation
               SELECT 'epci', territory_code, series_code, year, 1 + 8 * random(), 'ok', 'test'
               FROM territory, (SELECT unnest($series) AS series_code), (SELECT unnest(range(2010, 2027)) AS year)""",
            {"series": series},
        )
        yield con


def keep_plain(catalogue):
    """The indicators made of figures of the territory alone: neither of its ties nor of its neighbours."""
    plain = tuple(i for i in catalogue.indicators if not re.search(r"covered|near|singularity", i.formula))
    return dataclasses.replace(catalogue, indicators=plain, retrospective=None)


def test_the_block_is_read_and_stands_beside_the_others(catalogue):
    one = catalogue.find_indicator("campings")
    assert one.series == ("campings_emplacements", "population")
    assert not one.is_scored
    assert [i.code for i in catalogue.scored] == [i.code for i in load_catalogue().scored]


def test_refit_gives_it_goalposts_and_the_build_its_figures_without_moving_a_score(catalogue, con, tmp_path):
    path = tmp_path / "goalposts.csv"
    ours, catalogue = (keep_plain(one) for one in (load_catalogue(), catalogue))
    panel = build_panel(con, catalogue, level="epci", edition=catalogue.reference_edition)
    write_goalposts([fit_level(catalogue, panel)], path)
    fit = as_fit(load_goalposts(catalogue, "epci", path))
    assert fit["campings"]["worst"] == 0.0
    assert fit["campings"]["best"] > 0
    done = score_level(con, catalogue, "epci", fit)
    assert np.isfinite(done.panel.column("campings")).all()
    assert "campings" not in done.scored.tree.codes
    before = score_level(con, ours, "epci", fit)
    assert np.array_equal(done.scored.column("attractivite"), before.scored.column("attractivite"), equal_nan=True)
