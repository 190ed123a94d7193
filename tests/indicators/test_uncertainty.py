import signal

import numpy as np
import pandas as pd
import pytest

from indicators import uncertainty
from indicators.__main__ import main

from .asem import table


def command(reference, out, *more):
    asem = reference / "asem"
    return main(
        [
            "uncertainty",
            "--data",
            str(asem / "ASEM_iData.csv"),
            "--tree",
            str(asem / "ASEM_iMeta.csv"),
            "--out",
            str(out),
        ]
        + [str(word) for word in more]
    )


def written(out, name):
    return pd.read_csv(out / f"{name}.csv", index_col=0, keep_default_na=False, na_values=[""])


def test_the_given_draws_reproduce_the_reference_s_rank_statistics(reference, tmp_path):
    draws = reference / "asem" / "UA_weights_N1000_weights_used.csv"
    assert command(reference, tmp_path / "out", "--draws", draws) == 0
    ours = written(tmp_path / "out", "statistics")
    published = table(reference, "UA_weights_N1000_rankstats").loc[ours.index]
    for column, name in (
        ("rank", "Nominal"),
        ("rank_mean", "Mean"),
        ("rank_median", "Median"),
        ("rank_low", "Q5"),
        ("rank_high", "Q95"),
    ):
        np.testing.assert_array_equal(ours[column], published[name])
    assert ours.loc["AUT", ["rank", "rank_low", "rank_high"]].tolist() == [7, 6, 9]


def test_draws_written_can_be_given_back_and_give_the_same(reference, tmp_path):
    weights_only = ("--left-out", 0, "--aggregation", "", "--replicates", 50)
    assert command(reference, tmp_path / "one", *weights_only, "--seed", 7) == 0
    assert command(reference, tmp_path / "two", "--draws", tmp_path / "one" / "draws.csv") == 0
    pd.testing.assert_frame_equal(written(tmp_path / "one", "ranks"), written(tmp_path / "two", "ranks"))


def test_every_table_is_written_with_what_was_drawn_and_what_failed(reference, tmp_path):
    out = tmp_path / "out"
    ways = ("--normalisation", "minmax,zscore", "--treatment", "none,5", "--replicates", 60, "--seed", 3)
    assert command(reference, out, *ways) == 0
    draws, failures = written(out, "draws"), written(out, "failures")["count"]
    assert set(draws["normalisation"]) == {"minmax", "zscore"}
    assert set(draws["treatment"]) == {"none", "5"}
    refused = (draws["normalisation"] == "zscore") & (draws["aggregation"] == "geometric")
    assert failures["failed"] >= refused.sum() > 0  # a geometric mean of z-scores is refused, and said so
    statistics = written(out, "statistics")
    assert (statistics["replicates"] == 60 - failures["failed"]).all()
    assert (statistics["rank_low"] <= statistics["rank_median"]).all()
    assert (statistics["score_low"] <= statistics["score_high"]).all()
    np.testing.assert_allclose(written(out, "deciles").sum(axis=1), 1)
    ahead = written(out, "ahead")
    assert (ahead.to_numpy() + ahead.to_numpy().T <= 1 + 1e-12).all()
    assert written(out, "importance").index.size == 49


def test_sobol_indices_are_written_when_asked_for(reference, tmp_path):
    assert command(reference, tmp_path / "out", "--replicates", 10, "--sobol", 64, "--nodes", "Conn,Sust") == 0
    sobol = written(tmp_path / "out", "sobol_Conn")
    assert list(sobol.index) == ["aggregation", "weights", "left_out", "sum of first"]


def test_the_same_seed_gives_the_same_files(reference, tmp_path):
    for name in ("one", "two"):
        assert command(reference, tmp_path / name, "--replicates", 20, "--seed", 11) == 0
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--draws", "nowhere.csv"), "no such file"),
        (("--replicates", 0), "at least one"),
        (("--treatment", "some"), "number of points"),
        (("--nodes", "Nowhere"), "Nowhere"),
        (("--spread", 2), "spread"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line_and_nothing_is_written(reference, tmp_path, capsys, words, said):
    assert command(reference, tmp_path / "out", *words) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_draw_that_lacks_a_weight_is_refused(reference, tmp_path, capsys):
    (tmp_path / "draws.csv").write_text("rep,Goods\n1,1.0\n2,\n")
    assert command(reference, tmp_path / "out", "--draws", tmp_path / "draws.csv") == 2
    assert "draws.csv, Goods" in capsys.readouterr().err


def test_an_interruption_leaves_nothing_written(reference, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(uncertainty, "simulate", lambda *_, **__: signal.raise_signal(signal.SIGTERM))
    assert command(reference, tmp_path / "out") == uncertainty.STOPPED
    assert "nothing was written" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_progress_is_shown_on_a_terminal_only(reference, tmp_path, capsys, monkeypatch):
    assert command(reference, tmp_path / "quiet", "--replicates", 10) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert command(reference, tmp_path / "shown", "--replicates", 10) == 0
    assert "10 of 10 replicates" in capsys.readouterr().err
