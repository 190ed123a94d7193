import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.axes import Axis, choose_axis
from dashboard.figures import count_classes, quadrant
from dashboard.maps import Ground, bound_classes, classify, map_both, map_node
from dashboard.placement import box_label, place_labels
from dashboard.positions import compute_medians, list_groups, name_quarters, parse_group
from dashboard.standings import read_positions
from dashboard.theme import DARK, LIGHT, scale_bivariate, scale_sequential


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours."""

    def light(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_texts_and_index_hues_are_readable_on_their_paper(palette):
    for colour in (palette.ink, palette.secondary, *palette.index.values()):
        assert contrast(colour, palette.paper) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_sequential_scales_go_steadily_away_from_the_paper(palette):
    for hue in palette.index.values():
        distances = [contrast(c, palette.paper) for c in scale_sequential(palette, hue)]
        assert distances == sorted(distances)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_nine_bivariate_colours_differ(palette):
    assert len({c for line in scale_bivariate(palette) for c in line}) == 9


def test_the_quadrant_shows_each_scored_territory_once(build):
    positions = read_positions(build)
    figure = quadrant(positions, peers=["200054781", "200046977"], chosen="200040715", palette=LIGHT)
    codes = [c[0] for trace in figure.data[:3] for c in trace.customdata or ()]
    assert sorted(codes) == sorted(positions.dropna(subset=["rayonnement_score"])["territory_code"])
    assert [c[0] for c in figure.data[1].customdata] == ["200054781", "200046977"]
    assert [c[0] for c in figure.data[2].customdata] == ["200040715"]


def test_the_chosen_territory_shows_the_interval_that_is_known_and_no_other(build):
    figure = quadrant(read_positions(build), peers=[], chosen="200040715", palette=LIGHT)
    chosen = figure.data[2]
    assert chosen.error_x.visible
    assert chosen.error_x.array == (5.0,)
    assert not chosen.error_y.visible


def test_the_median_lines_are_the_medians(build):
    positions = read_positions(build)
    medians = compute_medians(positions)
    figure = quadrant(positions, peers=[], chosen=None, palette=DARK)
    assert figure.layout.shapes[0].x0 == medians.attractivite == 47.0
    assert figure.layout.shapes[1].y0 == medians.rayonnement == 34.0


def test_an_empty_table_still_draws(build):
    figure = quadrant(read_positions(build).head(0), peers=[], chosen=None, palette=LIGHT)
    assert all(len(trace.x or ()) == 0 for trace in figure.data)


def test_quarters_are_named_and_a_point_on_the_line_counts_as_above(build):
    positions = read_positions(build)
    names = name_quarters(positions, compute_medians(positions))
    by_code = dict(zip(positions["territory_code"], names, strict=True))
    assert by_code["200040715"] == "attractif et rayonnant"
    assert by_code["200066793"] == "attractif, discret"
    assert by_code["200000001"] == "en retrait"
    assert by_code["200000003"] is None


def test_groups_cover_every_territory_and_addresses_come_back(build):
    positions = read_positions(build)
    groups = list_groups(positions)
    assert [g.code for g in groups][:3] == ["METRO", "METRO.500000+", "METRO.200000-500000"]
    whole = [g for g in groups if not g.size_class]
    assert sum(int(g.find_members(positions).sum()) for g in whole) == len(positions)
    assert all(parse_group(g.code) == g for g in groups)


@pytest.mark.parametrize("code", [None, "", "XX", "MET69", "CC.huge", "METRO.500000+.x"])
def test_an_unknown_group_is_none(code):
    assert parse_group(code) is None


def test_a_crowded_floor_takes_a_logarithm_and_even_scores_do_not():
    assert choose_axis(pd.Series([1.0] * 60 + list(np.linspace(2, 100, 40)))).is_log
    assert not choose_axis(pd.Series(np.linspace(10, 80, 50))).is_log
    assert not choose_axis(pd.Series(dtype=float)).is_log


@given(st.lists(st.floats(1, 100), min_size=1, max_size=60))
def test_every_score_lies_on_the_chosen_axis(scores):
    axis = choose_axis(pd.Series(scores))
    assert all(0 <= axis.place(s) <= 1 for s in scores)


def test_a_logarithmic_axis_places_equal_ratios_at_equal_lengths():
    axis = Axis(1.0, 100.0, is_log=True)
    assert math.isclose(axis.place(10.0), 0.5)


@given(
    st.lists(
        st.tuples(st.floats(0, 860), st.floats(0, 600), st.text("abcdefgh ", min_size=1, max_size=30)), max_size=40
    )
)
def test_no_placed_label_covers_another_or_leaves_the_frame(rows):
    points = [(x, y) for x, y, _ in rows]
    labels = [label for _, _, label in rows]
    sides = place_labels(points, labels, width=860, height=600, size=13)
    boxes = [
        box_label(x, y, label, side=side, size=13)
        for (x, y), label, side in zip(points, labels, sides, strict=True)
        if side
    ]
    for rank, box in enumerate(boxes):
        assert box.left >= 0
        assert box.right <= 860
        assert not any(box.meets(other) for other in boxes[rank + 1 :])


def _ground() -> Ground:
    return Ground(LIGHT, "/geo/a/epci.geojson", "/geo/b/departement.geojson", ("38", "69"))


def test_the_map_carries_no_geometry_and_hatches_what_is_missing(build):
    positions = read_positions(build)
    rows = positions[["territory_code", "label"]].assign(score=positions["rayonnement_score"], rank_text="x")
    figure = map_node(rows, _ground(), title="Rayonnement", hue=LIGHT.index["rayonnement"])
    assert figure.data[0].locations == ("200000003",)
    assert len(figure.data[1].locations) == 6
    assert figure.data[1].geojson == "/geo/a/epci.geojson"
    assert "coordinates" not in json.dumps(figure.to_plotly_json(), default=list)


def test_the_map_of_both_indices_crosses_their_thirds(build):
    positions = read_positions(build)
    first, second = count_classes(positions)
    rows = positions[["territory_code", "label"]].assign(
        attractivite_third=first, rayonnement_third=second, attractivite_text="a", rayonnement_text="r"
    )
    figure = map_both(rows, _ground())
    classes = dict(zip(figure.data[1].locations, figure.data[1].z, strict=True))
    assert classes["200054781"] == 8
    assert classes["200000002"] == 0
    assert len(figure.data[1].colorscale) == 18


@given(st.lists(st.floats(1, 100), min_size=1, max_size=80))
def test_classes_follow_the_order_of_scores_and_keep_ties_together(scores):
    series = pd.Series(scores)
    classes = classify(series, 7)
    assert classes.between(0, 6).all()
    ordered = classes[series.sort_values().index].tolist()
    assert ordered == sorted(ordered)
    assert classes.groupby(series).nunique().eq(1).all()


def test_class_bounds_cover_all_scores():
    bounds = [b for b in bound_classes(pd.Series([1.0, 1.0, 1.0, 2.0, 9.0]), 3) if b]
    assert bounds[0][0] == 1.0
    assert bounds[-1][1] == 9.0
