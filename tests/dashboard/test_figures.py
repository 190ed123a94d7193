import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.axes import LEAST_SHARE, Axis, choose_axis, thin
from dashboard.density import count_cells, density_trace
from dashboard.figures import CHOSEN, COMPARABLE, GROUND, NAMES, choose_axes, quadrant
from dashboard.placement import box_label, place_labels
from dashboard.positions import compute_medians, list_groups, name_quarters, parse_group
from dashboard.standings import read_positions
from dashboard.theme import DARK, LIGHT, scale_bivariate, scale_sequential

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # no test is a test of speed


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


def test_the_quadrant_shows_each_scored_territory_once_and_the_chosen_over_their_points(build):
    positions = read_positions(build)
    figure = quadrant(positions, peers=["200054781", "200046977"], chosen=["200040715"], palette=LIGHT)
    codes = [code for trace in figure.data[:2] for code in trace.ids]
    assert sorted(codes) == sorted(positions.dropna(subset=["rayonnement_score"])["territory_code"])
    assert list(figure.data[COMPARABLE].ids) == ["200054781", "200046977"]
    assert list(figure.data[CHOSEN].ids) == ["200040715"]
    assert [trace.uid for trace in figure.data] == ["ground", "comparable", "chosen", "names"]


def test_chosen_territories_are_drawn_in_the_order_they_were_chosen_each_with_its_name(build):
    chosen = ["200066793", "200054781", "200040715"]
    figure = quadrant(read_positions(build), peers=["200054781"], chosen=chosen, palette=LIGHT)
    assert list(figure.data[CHOSEN].ids) == chosen
    assert figure.data[CHOSEN].text == ("<b>Évry-sur-Œuvre</b>", "<b>Grand Paris</b>", "<b>Grenoble-Alpes</b>")
    assert len(figure.data[NAMES].ids) == 0  # a chosen territory is named once


def test_chosen_territories_show_the_intervals_that_are_known_and_no_others(build):
    chosen = quadrant(read_positions(build), peers=[], chosen=["200040715", "200066793"], palette=LIGHT).data[CHOSEN]
    assert chosen.error_x.visible
    assert chosen.error_x.array == (5.0, 0.0)
    assert not chosen.error_y.visible


def test_a_rank_is_told_only_beside_its_interval(build):
    positions = read_positions(build)
    bare = quadrant(positions, peers=[], chosen=None, palette=LIGHT).data[GROUND]
    assert "rang" not in bare.hovertemplate
    known = positions[positions["territory_code"].eq("200040715")]
    told = quadrant(known, peers=[], chosen=None, palette=LIGHT).data[GROUND]
    assert (
        "Attractivité %{x:.0f}, rang %{customdata[0]} (intervalle %{customdata[1]}–%{customdata[2]})"
        in told.hovertemplate
    )
    assert told.customdata.tolist() == [[3, 2, 5]]


def test_a_part_of_the_figure_names_only_the_quarters_and_points_in_sight(build):
    positions = read_positions(build)
    axes = tuple(axis.narrow(50, 100) for axis in choose_axes(positions))
    figure = quadrant(positions, peers=list(positions["territory_code"]), chosen=None, palette=LIGHT, axes=axes)
    names = [note.text for note in figure.layout.annotations if note.visible]
    assert names == ["<i>attractif</i><br><i>et rayonnant</i>"]
    assert set(figure.data[NAMES].ids) <= {"200054781", "200046977"}
    assert figure.layout.xaxis.range[0] == pytest.approx(50)


def test_the_quarters_that_the_page_lights_follow_the_two_lines(build):
    shapes = quadrant(read_positions(build), peers=[], chosen=None, palette=LIGHT).layout.shapes
    assert [shape.type for shape in shapes] == ["line"] * 2 + ["rect"] * 4
    assert all(shape.x0 == 47.0 and shape.y0 == 34.0 and shape.opacity == 0 for shape in shapes[2:])


def test_the_median_lines_are_the_medians(build):
    positions = read_positions(build)
    medians = compute_medians(positions)
    figure = quadrant(positions, peers=[], chosen=None, palette=DARK)
    assert figure.layout.shapes[0].x0 == medians.attractivite == 47.0
    assert figure.layout.shapes[1].y0 == medians.rayonnement == 34.0


def test_an_empty_table_still_draws(build):
    figure = quadrant(read_positions(build).head(0), peers=[], chosen=None, palette=LIGHT)
    assert all(len(trace.x) == 0 for trace in figure.data)


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


@UNHURRIED
@given(st.lists(st.floats(1, 100), min_size=1, max_size=60))
def test_every_score_lies_on_the_chosen_axis(scores):
    axis = choose_axis(pd.Series(scores))
    assert all(0 <= axis.place(s) <= 1 for s in scores)


@UNHURRIED
@given(st.floats(1, 100), st.floats(1, 100), st.booleans())
def test_a_narrowed_axis_stays_within_the_whole_and_holds_what_was_asked(one, other, is_log):
    whole = Axis(1.0, 100.0, is_log)
    part = whole.narrow(one, other)
    assert whole.low - 1e-9 <= part.low <= min(one, other) + 1e-9
    assert max(one, other) - 1e-9 <= part.high <= whole.high + 1e-9
    assert whole.place(part.high) - whole.place(part.low) >= LEAST_SHARE - 1e-9


@UNHURRIED
@given(st.lists(st.floats(1, 100), max_size=6), st.booleans())
def test_a_framed_axis_holds_every_score(scores, is_log):
    part = Axis(1.0, 100.0, is_log).frame([*scores, math.nan])
    assert all(part.low - 1e-9 <= score <= part.high + 1e-9 for score in scores)


@UNHURRIED
@given(st.floats(0, 1), st.booleans())
def test_a_share_of_an_axis_is_found_and_placed_back(share, is_log):
    axis = Axis(0.62, 116.0, is_log)
    assert math.isclose(axis.place(axis.find(share)), share, abs_tol=1e-9)


@pytest.mark.parametrize(("low", "high"), [(1, 100), (4, 8), (20, 31), (1, 1.6)])
def test_a_logarithmic_axis_has_ticks_wherever_it_is_narrowed(low, high):
    told = Axis(low, high, is_log=True).describe()
    assert len(told["tickvals"]) >= 3
    assert not any("." in text for text in told["ticktext"])


@UNHURRIED
@given(st.lists(st.tuples(st.floats(1, 100), st.floats(1, 100)), min_size=1, max_size=40))
def test_cells_count_every_territory_of_the_figure_once(points):
    rows = pd.DataFrame(points, columns=["attractivite_score", "rayonnement_score"])
    density = count_cells(rows, (Axis(0.5, 101.0, is_log=False), Axis(0.5, 101.0, is_log=True)))
    assert density.counts.sum() == len(points)
    trace = density_trace(density, LIGHT, "communes")
    assert np.isnan(trace["z"]).sum() == (density.counts == 0).sum()


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_density_is_told_in_neutral_ink_not_in_a_hue_of_an_index(palette):
    rows = pd.DataFrame({"attractivite_score": [10.0], "rayonnement_score": [10.0]})
    trace = density_trace(count_cells(rows, (Axis(1, 100, is_log=False),) * 2), palette, "communes")
    for _, colour in trace["colorscale"]:
        parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert max(parts) - min(parts) < 16


def test_a_logarithmic_axis_places_equal_ratios_at_equal_lengths():
    axis = Axis(1.0, 100.0, is_log=True)
    assert math.isclose(axis.place(10.0), 0.5)


@UNHURRIED
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


@UNHURRIED
@given(st.lists(st.tuples(st.floats(0, 860), st.floats(0, 600)), min_size=1, max_size=6))
def test_a_label_insisted_upon_always_has_a_side(points):
    sides = place_labels(points, ["Un nom assez long"] * len(points), width=860, height=600, size=15, insisted=True)
    assert all(sides)


def test_a_figure_sent_with_one_decimal_reads_as_the_same_whole_number():
    given = np.r_[57.46, 57.54, -3.47, 0.449, 56.5001, np.nan, np.random.default_rng(8).uniform(-99, 100, 4000)]
    sent = thin(given)
    assert sent[:2] == [57.4, 57.5]
    assert sent[5] is None
    for one, told in zip(given, sent, strict=True):
        if told is not None:
            assert abs(told - one) < 0.101
            assert math.copysign(math.floor(abs(told) + 0.5), told) == pytest.approx(round(one))
