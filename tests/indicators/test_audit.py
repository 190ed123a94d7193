"""The audit says what is wrong with an index whose faults are known, and nothing where there is none."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from indicators.audit import (
    COLUMNS,
    Evidence,
    compute_audit,
    read_outside,
    say_audit,
)
from indicators.audit_stats import partial_rank_correlation, rank_correlation
from indicators.compute import score_panel
from indicators.draws import Varied
from indicators.goalposts import as_fit, normalise_panel
from indicators.interval_rows import compute_level_intervals
from indicators.rank_stats import share_apart
from indicators.robustness import Interval
from indicators.singularity import complete_panel, fit_level

from .study import small_catalogue, small_panel

COUNT = 200
BRIEF = Interval(Varied(0.25, left_out=1), ("arithmetic", "geometric"), replicates=50, seed=1)


def evidence(values, outside=None, interval=BRIEF):
    catalogue = small_catalogue()
    panel = small_panel(catalogue, values)
    fit = as_fit(fit_level(catalogue, panel))
    done, scores, _ = complete_panel(catalogue, panel, normalise_panel(panel, fit, (1, 100)), fit)
    scored = score_panel(catalogue, done, scores)
    leaves = done.pick(scores, scored.tree.columns)
    bounds = compute_level_intervals(scored.tree, leaves, keep=False, interval=interval).table
    return Evidence(done, scores, scored, pd.DataFrame(outside or {}, index=done.codes), bounds, interval)


def draw(seed=0):
    return np.random.default_rng(seed).normal(50, 10, (COUNT, 4))


def measure(table, check, node, name, other=""):
    rows = table[(table.check_code == check) & (table.node_code == node) & (table.measure == name)]
    rows = rows[rows.other_code == other] if other else rows
    assert len(rows) == 1, rows
    return rows.iloc[0]


def test_a_redundant_pair_and_an_opposed_pair_are_flagged():
    values = draw()
    values[:, 3] = values[:, 2] + np.random.default_rng(1).normal(0, 0.1, COUNT)
    values[:, 1] = values[:, 0] + np.random.default_rng(2).normal(0, 5, COUNT)  # unemployment rises with income
    table = compute_audit(evidence(values))
    assert measure(table, "correlation", "musees", "pearson", "festivals").flag == "redundant"
    assert measure(table, "correlation", "revenu", "pearson", "chomage").flag == "negative"
    assert measure(table, "consistency", "qualite", "cronbach").flag == "inconsistent"


def test_a_presence_indicator_and_a_scarce_one_are_flagged():
    values = draw()
    values[:, 2] = np.where(np.arange(COUNT) % 10 == 0, 1000 + values[:, 2], 0)
    values[: COUNT // 2, 3] = np.nan
    table = compute_audit(evidence(values))
    assert measure(table, "treatment", "musees", "presence_r2").flag == "presence"
    assert measure(table, "availability", "festivals", "share").flag == "scarce"
    assert measure(table, "availability", "festivals", "share").value == 0.5
    assert measure(table, "distribution", "musees", "zeros").value == pytest.approx(0.9)


def test_an_index_that_is_only_size_is_flagged():
    values = draw()
    values[:, 0] = np.linspace(1e4, 1e5, COUNT)
    values[:, 1] = -values[:, 0]
    table = compute_audit(evidence(values))
    assert measure(table, "size", "attractivite", "spearman").flag == "size"
    assert measure(table, "size", "notoriete", "spearman").flag == ""


def test_importance_shares_sum_to_one_and_an_indicator_without_spread_is_underweight():
    values = draw()
    values[:, 3] = np.where(np.arange(COUNT) == 0, 1000, values[:, 3])  # one giant flattens the others
    table = compute_audit(evidence(values))
    effective = table[(table.measure == "effective") & (table.other_code == "notoriete")]
    assert effective.value.sum() == pytest.approx(1)
    assert measure(table, "importance", "festivals", "effective", "notoriete").flag == "underweight"


def test_external_figures_are_compared_plainly_and_at_equal_size():
    values = draw()
    good = np.nan_to_num(values[:, 0] - values[:, 1])
    table = compute_audit(evidence(values, {"outcome": good, "scarce": np.r_[np.ones(3), np.full(COUNT - 3, np.nan)]}))
    assert measure(table, "outside", "attractivite", "spearman", "outcome").value > 0.9
    assert measure(table, "outside", "attractivite", "spearman_at_equal_size", "outcome").value > 0.9
    assert not (table.other_code == "scarce").any()


def test_removing_an_indicator_moves_ranks_and_a_lone_one_is_not_removed_twice():
    table = compute_audit(evidence(draw()))
    removal = table[table.check_code == "removal"].set_index("node_code").value
    assert removal["musees"] > 0
    assert {"notoriete", "singularite", "musees", "festivals", "revenu", "chomage"} <= set(removal.index)
    assert "ecart" not in removal.index


def test_pairs_told_apart_are_those_whose_intervals_share_no_place():
    rng = np.random.default_rng(3)
    low = rng.integers(1, 60, 80).astype(float)
    high = low + rng.integers(0, 20, 80)
    pairs = [high[i] < low[j] or high[j] < low[i] for i in range(80) for j in range(i)]
    assert share_apart(low, high) == pytest.approx(np.mean(pairs))
    assert share_apart(np.array([1.0, 2.0]), np.array([2.0, 2.0])) == 0
    assert np.isnan(share_apart(np.ones(1), np.ones(1)))


def test_what_varies_alone_explains_every_displacement_and_what_does_not_vary_is_no_cause():
    told = evidence(draw(), interval=Interval(Varied(0.5), replicates=50, seed=1))
    table = compute_audit(told)
    causes = table[table.check_code.eq("sobol") & table.other_code.ne("")]
    assert set(causes.other_code) == {"weights"}
    for root in told.tree.roots:
        assert measure(table, "sobol", root, "first", "weights").value == pytest.approx(1, abs=0.1)
        assert measure(table, "sobol", root, "total", "weights").value == pytest.approx(1, abs=0.1)
        assert measure(table, "sobol", root, "mean_rank_shift").value > 0


def test_intervals_widen_with_what_is_varied():
    narrow, wide = (
        compute_audit(evidence(draw(), interval=Interval(Varied(spread), replicates=50, seed=1)))
        for spread in (0.1, 0.6)
    )
    for name in ("score_width", "rank_width"):
        assert (
            measure(narrow, "interval", "attractivite", name).value
            < measure(wide, "interval", "attractivite", name).value
        )
    apart = [measure(table, "interval", "attractivite", "told_apart").value for table in (narrow, wide)]
    assert apart[0] > apart[1] > 0


def test_the_table_has_its_columns_and_flags_come_first_when_told():
    table = compute_audit(evidence(draw()))
    assert tuple(table.columns) == COLUMNS
    assert np.isfinite(table.value).all()
    lines = say_audit(table)
    assert lines[0].startswith(f"{(table.flag != '').sum()} points to look at")
    assert sum("cronbach" in line for line in lines) >= 2


def test_a_partial_correlation_is_that_of_what_size_leaves_unexplained():
    rng = np.random.default_rng(5)
    size = rng.normal(size=300)
    one, other = size + rng.normal(size=300), size + rng.normal(size=300)
    ranks = [rankdata(v) for v in (one, other, size)]
    left = [r - np.polyval(np.polyfit(ranks[2], r, 1), ranks[2]) for r in ranks[:2]]
    assert partial_rank_correlation(one, other, size) == pytest.approx(np.corrcoef(*left)[0, 1])
    assert rank_correlation(one, other) > partial_rank_correlation(one, other, size)


def test_correlations_need_three_units_that_vary():
    assert np.isnan(rank_correlation(np.array([1.0, 2, np.nan]), np.array([1.0, 2, 3])))
    assert np.isnan(rank_correlation(np.ones(5), np.arange(5.0)))
    assert np.isnan(partial_rank_correlation(np.arange(5.0), np.arange(5.0), np.arange(5.0)))


def test_the_outside_is_what_the_catalogue_keeps_out():
    import duckdb

    from etl.warehouse import DDL

    catalogue = small_catalogue()
    panel = small_panel(catalogue, draw())
    with duckdb.connect() as con:
        con.execute(DDL)
        for series, year, value in (("population", 2023, 1), ("campings", 2025, 7), ("campings", 2026, 9)):
            con.execute(
                "INSERT INTO observation VALUES ('epci', '200000001', ?, ?, ?, 'ok', 'test')", [series, year, value]
            )
        table = read_outside(con, catalogue, panel)
    assert list(table.columns) == ["campings"]
    assert table["campings"]["200000001"] == 9
    assert len(table) == COUNT
