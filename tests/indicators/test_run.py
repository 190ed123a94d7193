"""The command: what it writes, what it refuses, and that nothing is half written."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators.__main__ import main
from indicators.index import compute_index, reference_method
from indicators.tables import read_study

from .asem import assert_same, table

DATA = """uCode,uName,Pop,Group,a,b,c,d
AA,First,10,x,1,20,3,4
BB,Second,20,x,2,,1,9
NA,Namibia,40,y,4,40,2,1
DD,Fourth,80,y,8,10,7,2
"""
TREE = """Level,iCode,iName,Direction,Weight,Denominator,Parent,Type
1,a,A,1,1,,p,Indicator
1,b,B,1,2,Pop,p,Indicator
1,c,C,-1,1,,q,Indicator
1,d,D,1,1,,q,Indicator
2,p,P,1,1,,i,Aggregate
2,q,Q,1,1,,i,Aggregate
3,i,I,1,1,,,Aggregate
,Group,Group,,,,,Group
,Pop,Population,,,,,Denominator
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    (tmp_path / "tree.csv").write_text(TREE, encoding="utf-8")
    return tmp_path


def run(folder: Path, method: str | None = None) -> int:
    arguments = ["run", "--data", f"{folder}/data.csv", "--tree", f"{folder}/tree.csv", "--out", f"{folder}/out"]
    if method is not None:
        (folder / "method.toml").write_text(method, encoding="utf-8")
        arguments += ["--method", f"{folder}/method.toml"]
    return main(arguments)


def read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "out" / f"{name}.csv", index_col=0, keep_default_na=False, na_values=[""])


def test_the_default_method_reproduces_the_reference_build(reference, tmp_path, capsys):
    asem = reference / "asem"
    arguments = ["--data", f"{asem}/ASEM_iData.csv", "--tree", f"{asem}/ASEM_iMeta.csv", "--out", f"{tmp_path}/out"]
    assert main(["run", *arguments]) == 0
    assert "51 units, 49 indicators, 65 figures imputed, 15 indicators treated" in capsys.readouterr().out
    for stage in ("Raw", "Denominated", "Imputed", "Screened", "Treated", "Normalised"):
        assert_same(read(tmp_path, stage.lower()), table(reference, f"coin_{stage}"))
    assert_same(read(tmp_path, "scores"), table(reference, "coin_Aggregated"))
    published = table(reference, "results_aggs_ranks")
    ranks = read(tmp_path, "ranks").loc[published.index, list(published.columns)]
    np.testing.assert_array_equal(ranks.to_numpy(), published.to_numpy())
    nominal = table(reference, "weights_effective")["EffWeight"]
    np.testing.assert_allclose(read(tmp_path, "weights").loc[nominal.index, "EffWeight"], nominal, rtol=1e-12)
    for _, unit in read(tmp_path, "weights_effective").iterrows():
        np.testing.assert_allclose(unit[nominal.index], nominal, rtol=1e-12)
    assert (read(tmp_path, "imputed_points") == "imputed").sum().sum() == 65


def test_stages_are_units_by_codes_in_full_precision(folder):
    assert run(folder) == 0
    with (folder / "out" / "scores.csv").open(encoding="utf-8") as handle:
        header, *rows = csv.reader(handle)
    assert header == ["uCode", "a", "b", "c", "d", "p", "q", "i"]
    assert [row[0] for row in rows] == ["AA", "BB", "NA", "DD"]
    d = [float(row[4]) for row in rows]
    assert d == [100 * (x - 1) / 8 for x in (4, 9, 1, 2)]


def test_a_unit_called_na_is_a_unit_and_an_empty_figure_is_missing(folder):
    assert run(folder, "") == 0
    assert "NA" in read(folder, "scores").index
    assert np.isnan(read(folder, "scores").loc["BB", "b"])
    assert read(folder, "coverage").loc["BB", "p"] == pytest.approx(1 / 3)
    weights = read(folder, "weights_effective").loc["BB"]
    assert weights["a"] == 0.5
    assert weights["b"] == 0


def test_nothing_is_imputed_unless_it_is_asked_for(folder):
    assert run(folder, "") == 0
    assert read(folder, "imputed_points").isna().all(axis=None)
    assert run(folder, '[impute]\nmethod = "median_group"\ngroup = "Group"\n') == 0
    assert read(folder, "imputed_points").loc["BB", "b"] == "imputed"
    assert read(folder, "imputed").loc["BB", "b"] == 2.0


def test_a_unit_without_a_group_is_not_filled_from_others_without_one(folder):
    text = DATA.replace("Second,20,x", "Second,20,").replace("First,10,x", "First,10,")
    (folder / "data.csv").write_text(text, encoding="utf-8")
    assert run(folder) == 0
    assert np.isnan(read(folder, "imputed").loc["BB", "b"])


def test_a_low_figure_is_good_where_the_tree_says_so(folder):
    assert run(folder) == 0
    assert read(folder, "scores")["c"].idxmax() == "BB"
    assert read(folder, "scores")["c"].idxmin() == "DD"


def test_siblings_may_be_aggregated_otherwise_and_thresholds_take_scores_away(folder):
    method = """
steps = ["denominate"]
[normalise]
low = 1
[normalise.indicators.a]
method = "goalposts"
worst = 0
best = 4
low = 1
[weights]
given = { b = 3 }
[weights.nodes.q]
method = "equal"
[aggregate.levels.2]
coverage = 0.5
[aggregate.levels.3]
method = "geometric"
coverage = 0.6
[aggregate.nodes.q]
method = "power"
power = 2.0
"""
    assert run(folder, method) == 0
    scores = read(folder, "scores")
    assert scores.loc["DD", "a"] == 100
    assert np.isnan(scores.loc["BB", "p"])
    assert np.isnan(scores.loc["BB", "i"])
    unit = scores.loc["AA"]
    assert unit["p"] == pytest.approx((unit["a"] + 3 * unit["b"]) / 4)
    assert unit["q"] == pytest.approx(np.sqrt((unit["c"] ** 2 + unit["d"] ** 2) / 2))
    assert unit["i"] == pytest.approx(np.sqrt(unit["p"] * unit["q"]))
    assert not (folder / "out" / "treated.csv").exists()


@pytest.mark.parametrize("aggregation", ["owa", "mean_min", "harmonic", "copeland", "benefit_of_doubt"])
def test_every_aggregation_can_be_asked_for(folder, aggregation):
    order = "order = [0.7, 0.3]\n" if aggregation == "owa" else ""
    assert run(folder, f'[normalise]\nlow = 1\n[aggregate.nodes.i]\nmethod = "{aggregation}"\n{order}') == 0
    assert read(folder, "scores")["i"].notna().all()


def test_mazziotta_pareto_can_be_asked_for_whole(folder):
    method = '[normalise]\nmethod = "zscore"\nmean = 100\nsd = 10\n[aggregate]\nmethod = "mazziotta_pareto"\n'
    assert run(folder, method) == 0
    unit = read(folder, "scores").loc["AA"]
    spread = (unit["c"] - unit["d"]) ** 2 / 2
    assert unit["q"] == pytest.approx(unit[["c", "d"]].mean() - spread / unit[["c", "d"]].mean())


def test_several_people_s_points_are_averaged_and_their_names_told_when_one_is_forgotten(folder, capsys):
    method = """
[weights.nodes.q]
method = "budget"
[weights.nodes.q.allocations]
Anne = { c = 30, d = 10 }
Bruno = { c = 1, d = 3 }
"""
    assert run(folder, method) == 0
    assert read(folder, "weights").loc[["c", "d"], "Weight"].tolist() == [0.5, 0.5]
    assert run(folder, method.replace(", d = 3", "")) == 2
    assert "allocation of Bruno: it forgets d" in capsys.readouterr().err


REFUSED_DATA = {
    "duplicate unit": ("BB,Second", "AA,Second", "uCode AA: it stands twice"),
    "infinite": ("2,,1,9", "inf,,1,9", "BB, a: it is inf"),
    "text": ("2,,1,9", "2 %,,1,9", "BB, a: “2 %” is not a number"),
    "lost column": ("a,b,c,d", "a,b,c,e", "d: the tree names a column that is not there"),
    "twice the same column": ("a,b,c,d", "a,b,c,c", "column c: it stands twice"),
    "short line": ("8,10,7,2", "8,10,7", "line 5: 7 fields under 8 headings"),
    "negative denominator": ("First,10", "First,-10", "Pop, AA: a denominator is negative"),
}


@pytest.mark.parametrize("name", REFUSED_DATA)
def test_bad_figures_are_refused_by_name_and_nothing_is_written(name, folder, capsys):
    before, after, message = REFUSED_DATA[name]
    (folder / "data.csv").write_text(DATA.replace(before, after, 1), encoding="utf-8")
    refused(folder, capsys, message)


def test_a_constant_indicator_is_refused_by_name(folder, capsys):
    text = DATA.replace("x,2,", "x,1,").replace("y,4,", "y,1,").replace("y,8,", "y,1,")
    (folder / "data.csv").write_text(text, encoding="utf-8")
    refused(folder, capsys, "a: it is constant: every figure is 1")


def refused(folder: Path, capsys, message: str, method: str | None = None) -> None:
    kept = sorted(path.name for path in folder.iterdir())
    assert run(folder, method) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert sorted(path.name for path in folder.iterdir() if path.name != "method.toml") == kept


def test_an_indicator_without_any_figure_is_refused_by_name(folder, capsys):
    frame = pd.read_csv(folder / "data.csv", keep_default_na=False)
    frame["c"] = ""
    frame.to_csv(folder / "data.csv", index=False)
    refused(folder, capsys, "c: all its figures are missing. Remove the indicator")


REFUSED_TREES = {
    "cycle": ("1,1,,,Aggregate", "1,1,,p,Aggregate", "the tree turns in a circle (p → i → p)"),
    "orphan": (",,p,Indicator\n1,b", ",,z,Indicator\n1,b", "a: its parent “z” is not in the tree"),
    "duplicate": ("1,d,D", "1,c,D", "iCode c: it stands twice"),
    "negative weight": ("b,B,1,2", "b,B,1,-2", "b: its weight is -2.0"),
    "weight that is no number": ("b,B,1,2", "b,B,1,two", "b, Weight: “two” is not a number"),
    "direction": ("c,C,-1", "c,C,0", "c, Direction: it is “0”"),
    "type": ("1,1,,q,Indicator\n1,d", "1,1,,q,Indikator\n1,d", "c, Type: it is “Indikator”"),
    "aggregate without children": ("2,q,Q,1,1,,i,Aggregate", "2,q,Q,1,1,,i,Indicator", "q: it is an indicator with"),
    "denominator": (",Pop,p", ",Area,p", "Area: the tree names a column that is not there"),
    "heading": ("Direction", "Sens", "the column “Direction” is missing. Its columns are: Level, iCode"),
}


@pytest.mark.parametrize("name", REFUSED_TREES)
def test_a_bad_tree_is_refused_by_name_and_nothing_is_written(name, folder, capsys):
    before, after, message = REFUSED_TREES[name]
    assert before in TREE
    (folder / "tree.csv").write_text(TREE.replace(before, after, 1), encoding="utf-8")
    refused(folder, capsys, message)


def test_siblings_whose_weights_are_all_zero_are_refused(folder, capsys):
    (folder / "tree.csv").write_text(TREE.replace("c,C,-1,1", "c,C,-1,0").replace("d,D,1,1", "d,D,1,0"))
    refused(folder, capsys, "q: the weights of its children (c, d) are all zero")


REFUSED_METHODS = {
    'steps = ["normalise"]': "steps, normalise: it does not exist",
    'steps = ["treat", "treat"]': "steps, treat: it does not exist or stands twice",
    '[normalise]\nmethod = "min-max"': "unknown normalisation method “min-max”. Choose one of borda",
    '[aggregate]\nmethod = "mean"': "unknown aggregation method “mean”",
    '[impute]\nmethod = "zero"': "unknown imputation method “zero”",
    '[weights]\nmethod = "random"': "unknown weighting method “random”",
    "[normalize]\nlow = 1": "normalize: nothing is called so",
    "[normalise]\nlow = 100\nhigh = 1": "scores would go from 100 to 1",
    '[normalise.indicators.a]\nmethod = "goalposts"\nworst = 3\nbest = 3': "a, goalposts: worst is 3 and best is 3",
    '[normalise.indicators.a]\nmethod = "goalposts"\nworst = 3': "a: goalposts needs the option “best”",
    '[normalise.indicators.z]\nmethod = "rank"': "normalise, z: it is not in the tree. Choose among a, b, c, d",
    "[normalise.indicators.a]\nlow = 1": "normalise, a: it names no method",
    '[aggregate.nodes.q]\nmethod = "geometric"': "q, c: a score of 0 stands under a mean",
    "[aggregate.levels.7]\ncoverage = 0.5": "aggregate, level, 7: it is not in the tree. Choose among 2, 3",
    "[aggregate]\ncoverage = 1.5": "its coverage threshold is 1.5",
    "[weights]\ngiven = { a = -1 }": "a: its weight is -1",
    "[weights]\ngiven = { z = 1 }": "z: no node of the tree has this code",
    "[screen]\navailability = 60": "screen, availability: it is 60",
    "[denominate]\nfactor = 0": "denominate, factor: it is 0",
    '[treat]\nforced = { a = "box-cox" }': "a, forced treatment: unknown treatment “box-cox”",
    '[treat]\nforced = { z = "log" }': "treat, forced, z: it is not in the tree",
    '[impute]\nmethod = "mean_group"\ngroup = "Region"': "impute, group “Region”: no such grouping is declared",
    "[normalise\n": "method.toml: it is not TOML",
    "normalise = 3": "normalise: it is 3, not a table",
    '[screen]\navailability = "all"': "availability: it is 'all', not a number",
}


@pytest.mark.parametrize("method", REFUSED_METHODS)
def test_a_bad_method_is_refused_by_name_and_nothing_is_written(method, folder, capsys):
    refused(folder, capsys, REFUSED_METHODS[method], method)


def test_a_figure_that_is_not_positive_under_a_plain_logarithm_is_refused_by_name(folder, capsys):
    (folder / "data.csv").write_text(DATA.replace("2,,1,9", "-2,,1,9"), encoding="utf-8")
    refused(folder, capsys, "a: a figure of -2 stands under a plain logarithm", '[treat]\nforced = { a = "ln" }')


def test_a_table_that_is_not_utf_8_or_a_unit_without_code_is_refused_by_name(folder, capsys):
    (folder / "data.csv").write_bytes(DATA.replace("First", "Première").encode("latin-1"))
    refused(folder, capsys, "data.csv: it is not a CSV in UTF-8")
    (folder / "data.csv").write_text(DATA.replace("BB,", ",", 1), encoding="utf-8")
    refused(folder, capsys, "data.csv, line 3: its uCode is empty")


def test_a_missing_file_is_refused_by_name(folder, capsys):
    (folder / "data.csv").unlink()
    refused(folder, capsys, "data.csv: there is no such file")


def test_a_second_run_replaces_its_own_files_and_leaves_the_others(folder):
    assert run(folder) == 0
    (folder / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    assert run(folder, "[normalise]\nhigh = 1\n") == 0
    assert read(folder, "scores")["d"].max() == 1
    assert (folder / "out" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_an_output_that_cannot_be_written_is_refused_by_name(folder, capsys):
    (folder / "out").write_text("a file stands here", encoding="utf-8")
    assert run(folder) == 2
    assert f"{folder}/out" in capsys.readouterr().err


def test_three_lines_in_a_notebook_read_names_of_files(reference):
    """What README shows, with plain text paths."""
    folder = f"{reference}/asem"
    study = read_study(f"{folder}/ASEM_iData.csv", f"{folder}/ASEM_iMeta.csv")
    scores = compute_index(study, reference_method(study)).scores["Index"]
    assert scores.idxmax() == "CHE"
    assert scores.max() == pytest.approx(68.383724238341713, abs=1e-12)
