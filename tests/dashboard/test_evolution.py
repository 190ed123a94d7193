import io
import json

import duckdb
import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from dashboard.app import create_app
from dashboard.axes import tick_years
from dashboard.decay_figure import decay_curves
from dashboard.edge_names import spread_out
from dashboard.histories import Past, compute_medians, list_series, pick_history, read_past, read_series_years
from dashboard.history_figure import history_lines
from dashboard.queries import read_place
from dashboard.rank_figure import Named, rank_bump
from dashboard.stability import CITIES, list_groups, name_change, read_moves, read_stability
from dashboard.theme import LIGHT
from dashboard.warehouse import Warehouse
from indicators.hierarchy import Persistence
from tests.dashboard.conftest import EPCI, lay_out_page, write_warehouse

LYON, GRENOBLE, SECRET = "200046977", "200040715", "200066793"
# Retrospective scores by edition, in the order of EPCI; the last territory has none, Lyon and Grenoble swap in 2016.
SCORES = {2015: [90, 60, 50, 40, 30, 20], 2016: [90, 50, 60, 40, 30, 20], 2017: [90, 50, 60, 40, 30, 20]}
MUSEUMS = [(LYON, 2019, 900.0, "ok"), (LYON, 2021, 300.0, "estimated"), (SECRET, 2021, None, "secret"),
           (GRENOBLE, 2019, 100.0, "ok"), (GRENOBLE, 2020, 150.0, "ok")]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The tiny build with a retrospective index of three editions and a series with gaps."""
    made = tmp_path_factory.mktemp("followed")
    with duckdb.connect(write_warehouse(made)) as con:
        for edition, scores in SCORES.items():
            for (code, *_), score in zip(EPCI[:6], scores, strict=True):
                con.execute(
                    """INSERT INTO score (level, territory_code, edition, variant, node_code, score, rank, coverage)
                       VALUES ('epci', ?, ?, 'as_is', 'retro_attractivite', ?, ?, 1)""",
                    [code, edition, score, 1 + sum(other > score for other in scores)],
                )
        for code, year, value, status in MUSEUMS:
            con.execute("INSERT INTO observation VALUES ('epci', ?, 'musees_visiteurs', ?, ?, ?, 'culture_musees')",
                        [code, year, value, status])  # fmt: skip
    return made


@pytest.fixture(scope="module")
def build(folder):
    return Warehouse(folder).build()


@pytest.fixture(scope="module")
def client(folder, catalogue, geo):
    return create_app(folder, catalogue=catalogue, geo=geo).server.test_client()


@pytest.fixture(scope="module")
def open_page(client):
    def opened(query=""):
        answer = lay_out_page(client, f"/evolution{query}")
        assert len(answer.data) < 150_000
        return json.dumps(answer.get_json()["response"], ensure_ascii=False)

    return opened


def test_a_series_keeps_its_gaps_its_secrets_and_its_estimates(build):
    years = read_series_years(build, "epci", "musees_visiteurs")
    places = [read_place(build, "epci", code) for code in (LYON, SECRET)]
    history = pick_history(years, places)
    assert history["place"].tolist() == [0, 0, 1, 1]
    drawn = history_lines(history, compute_medians(years, [LYON, GRENOBLE]), ["Lyon", "Évry"], unit="entrées",
                          median_name="Médiane", palette=LIGHT)  # fmt: skip
    lyon = next(trace for trace in drawn.data if trace.name == "Lyon")
    assert dict(zip(lyon.x, lyon.y, strict=True)) == {2019: 900.0, 2020: None, 2021: 300.0, 2022: None, 2023: None}
    assert lyon.connectgaps is False
    assert lyon.marker.symbol[0] != lyon.marker.symbol[2]  # the estimate is hollow
    assert [note.x for note in drawn.layout.annotations if note.text == "secret"] == [2021, 2023]
    assert any(note.text == "entrées" for note in drawn.layout.annotations)


def test_the_median_counts_only_those_that_have_a_figure(build):
    medians = compute_medians(read_series_years(build, "epci", "musees_visiteurs"), [LYON, GRENOBLE, SECRET])
    assert medians.set_index("year").loc[2019].tolist() == [500.0, 2.0]
    assert medians.set_index("year").loc[2021].tolist() == [300.0, 1.0]


def test_a_series_far_above_another_is_drawn_on_a_logarithmic_axis_that_says_so():
    history = pd.DataFrame({"place": [0, 0, 1, 1], "year": [2019, 2020] * 2, "value": [5.0, 6.0, 5000.0, 6000.0],
                            "status": "ok"})  # fmt: skip
    nobody = pd.DataFrame({"year": [2019], "median": [40.0], "count": [2]})
    drawn = history_lines(history, nobody, ["Petit", "Grand"], unit="entrées", median_name="Médiane", palette=LIGHT)
    assert drawn.layout.yaxis.type == "log"
    assert any("échelle logarithmique" in str(note.text) for note in drawn.layout.annotations)


def test_only_series_with_two_years_are_offered(build):
    assert [one.code for one in list_series(build, "epci")] == ["musees_visiteurs"]
    assert list_series(build, "commune") == ()


def test_ranks_are_counted_among_those_asked_and_ties_share_the_best():
    past = Past(("a", "b", "c", "d"), (2015,), np.array([[50.0], [70.0], [50.0], [np.nan]]))
    assert past.rank_among([0, 1, 2, 3])[:3, 0].tolist() == [2.0, 1.0, 2.0]
    assert np.isnan(past.rank_among([0, 1, 2, 3])[3, 0])
    assert past.rank_among([0, 2])[:, 0].tolist() == [1.0, 1.0]
    assert past.count_scored([0, 1, 3]) == 2


def test_the_past_of_the_full_index_is_not_the_retrospective_one(build):
    assert read_past(build, "epci", "retro_attractivite").editions == (2015, 2016, 2017)
    assert read_past(build, "epci", "attractivite").codes == ()


def test_one_swap_in_six_is_one_pair_in_fifteen(build):
    told = read_stability(build, "epci", "retro_attractivite")
    assert (told.first, told.last) == (2015, 2017)
    everyone = told.groups[""]
    assert everyone.count == 6
    assert everyone.tau == pytest.approx((14 - 1) / 15)
    assert everyone.kept == pytest.approx(14 / 15)
    assert everyone.moved == pytest.approx(2 / 6)
    cities = told.groups[CITIES]  # two métropoles, Lyon and an urban community
    assert (cities.count, cities.tau) == (4, pytest.approx((5 - 1) / 6))
    assert told.decay[2016].tau == pytest.approx(4 / 6)
    assert told.steps[2017].tau == pytest.approx(1.0)
    assert told.at_floor == 1
    assert read_stability(build, "commune", "retro_attractivite") is None


def test_lyon_is_among_the_metropoles(build):
    assert "MET69" not in list_groups(build, "epci")
    assert read_stability(build, "epci", "retro_attractivite").groups["METRO"].count == 3


def test_who_moved_is_ranked_among_the_cities_only(build):
    moves = read_moves(build, "epci", "retro_attractivite")
    assert len(moves) == 4
    assert moves.iloc[0][["label", "before", "after", "gain"]].tolist() == ["Grenoble-Alpes-Métropole", 3, 2, 1]
    assert moves.iloc[-1]["gain"] == -1
    assert read_moves(build, "epci", "retro_rayonnement").empty


@pytest.mark.parametrize(
    ("moved", "verdict"), [(0.05, "bouge peu"), (0.1, "bouge en partie"), (0.4, "bouge nettement")]
)
def test_the_verdict_follows_the_share_that_moved(moved, verdict):
    assert name_change(moved) == verdict


def test_the_chosen_are_in_ink_and_the_field_in_grey():
    lines = [Named("a", "Un", np.array([1.0, 2.0])), Named("b", "Deux", np.array([2.0, 1.0]), place=0),
             Named("c", "Sans rang", np.array([np.nan, np.nan]))]  # fmt: skip
    drawn = rank_bump(lines, (2015, 2016), total=2, palette=LIGHT)
    field, ink = drawn.data
    assert field.line.color == LIGHT.receding
    assert (ink.name, ink.line.color, list(ink.y)) == ("Deux", LIGHT.ink, [2.0, 1.0])
    assert drawn.layout.yaxis.range[0] > drawn.layout.yaxis.range[1]  # the first place is at the top
    names = {note.text: note.font.color for note in drawn.layout.annotations}
    assert (names["Deux"], names["Un"]) == (LIGHT.ink, LIGHT.secondary)
    assert any("sur 2 territoires" in text for text in names)


def test_a_curve_of_tau_starts_at_one_and_chance_has_its_band():
    decay = {2016: Persistence(10, 0.8, 0.45, 0.9, 0.1), 2017: Persistence(10, 0.7, 0.45, 0.85, 0.2)}
    drawn = decay_curves({"attractivite": decay}, {"attractivite": "Attractivité"}, 2015, LIGHT)
    assert list(drawn.data[0].x) == [2015, 2016, 2017]
    assert list(drawn.data[0].y) == [1.0, 0.8, 0.7]
    assert drawn.data[0].line.color == LIGHT.index["attractivite"]
    assert (drawn.layout.shapes[0].y0, drawn.layout.shapes[0].y1) == (-0.45, 0.45)


def test_names_at_the_edge_keep_their_order_and_their_distance():
    placed = spread_out([100.0, 0.0, 98.0], 17.0, 105.0)
    assert placed[1] < placed[2] < placed[0]
    assert np.diff(sorted(placed)).min() >= 17.0
    assert max(placed) <= 105.0
    assert spread_out([], 17.0, 100.0) == []


def test_few_years_are_all_written_and_many_as_there_is_room():
    assert tick_years([2018, 2020])["tickvals"] == [2018, 2020]
    assert "tickvals" not in tick_years(range(2003, 2026))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "Pour commencer"),
        (f"?territoires={GRENOBLE}", "sur 100\u00a0paires"),
        (f"?territoires={GRENOBLE},{LYON}&parmi=tous", "parmi=tous"),
        (f"?territoires={GRENOBLE}&serie=nope&noeud=attractivite&parmi=x", "Visiteurs des musées de France"),
        (f"?territoires={SECRET},200000001", "Aucun chiffre\u00a0: CC d'Evreux"),
        ("?territoires=zzz", "Aucun territoire ne porte le code"),
        (f"?territoires={GRENOBLE},38185", "une comparaison tient à un seul niveau"),
        ("?territoires=38185", "L’indice rétrospectif n’est pas calculé à ce niveau."),
    ],
)
def test_whatever_the_address_holds_the_page_answers(open_page, query, told):
    assert told in open_page(query)


def test_ranks_of_the_past_are_said_to_have_no_interval(open_page, client):
    assert "Ces rangs n’ont pas d’intervalle" in open_page(f"?territoires={GRENOBLE}")
    told = client.get(f"/chiffres/evolution/rangs?territoires={GRENOBLE}").text
    assert "sans intervalle" in told
    assert client.get("/chiffres/evolution/rangs?territoires=38185").status_code == 404


def test_the_table_of_a_series_tells_secret_estimate_and_absence_apart(client):
    told = client.get(f"/chiffres/evolution/serie?territoires={LYON},{SECRET}").text
    assert "300, estimé" in told
    assert "secret statistique" in told
    assert "n.d." in told
    assert "Fréquentation des musées de France" in told


def test_the_table_of_tau_has_each_edition(client):
    told = client.get("/chiffres/evolution/tau/epci").text
    assert "2017" in told
    assert "0,67" in told
    assert client.get("/chiffres/evolution/tau/nope").status_code == 404
    assert client.get("/chiffres/evolution/stabilite/nope").status_code == 404


def test_each_figure_leaves_as_a_file_with_a_notice_that_names_the_retrospective_index(client):
    for view, rows in (("rangs", 3), ("serie", 4), ("hierarchie", 2)):
        book = load_workbook(io.BytesIO(client.get(f"/export/evolution-{view}.xlsx?territoires={LYON}").data))
        sheet, notice = book.worksheets
        assert sheet.max_row > rows
        assert any("Indice rétrospectif" in str(line[0]) for line in notice.values)


def test_each_figure_is_an_image(client):
    for view in ("rangs", "serie", "hierarchie"):
        assert client.get(f"/figure/evolution-{view}.json?territoires={LYON}").status_code == 200
