import numpy as np
import pytest

from indicators.rank_rows import NO_RANK, rank_dtype, rank_rows
from indicators.ranks import compute_rank


def one_by_one(scores):
    return np.stack([np.nan_to_num(compute_rank(row), nan=NO_RANK) for row in scores])


def spoiled(scores, how):
    rng = np.random.default_rng(2)
    match how:
        case "ties":
            return np.round(scores)
        case "holes":
            return np.where(rng.random(scores.shape) < 0.3, np.nan, scores)
        case "ties at the floor, and holes":
            floored = np.maximum(scores, 60)
            return np.where(rng.random(scores.shape) < 0.3, np.nan, floored)
        case "differences in the last bits only":
            return 1 + rng.integers(0, 3, scores.shape) * 2.0**-52
        case "both zeros":
            return np.where(scores > 50, 0.0, np.where(scores > 25, -0.0, scores))
        case "negative":
            return scores - 50
        case "nothing":
            return np.full(scores.shape, np.nan)
    return scores


@pytest.mark.parametrize("units", [1, 2, 3, 51, 1255, 70_000])
@pytest.mark.parametrize(
    "how",
    [
        "plain",
        "ties",
        "holes",
        "ties at the floor, and holes",
        "differences in the last bits only",
        "both zeros",
        "negative",
        "nothing",
    ],
)
def test_ranks_of_many_replicates_are_those_of_each_alone(units, how):
    scores = spoiled(np.random.default_rng(1).uniform(1, 100, (3, units)), how)
    np.testing.assert_array_equal(rank_rows(scores), one_by_one(scores))


def test_ranking_leaves_the_scores_as_they_were():
    scores = np.array([[3.0, np.nan, 1.0]])
    rank_rows(scores)
    np.testing.assert_array_equal(scores, [[3.0, np.nan, 1.0]])


def test_the_smallest_whole_type_that_holds_every_rank_is_taken():
    assert rank_dtype(65_535) is np.uint16
    assert rank_dtype(65_536) is np.uint32
