"""A tiny warehouse of our own values, with the extreme cases: a tie, a secret, no score, an interval, awkward names."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from dash import Dash
from werkzeug.test import Client, TestResponse

from dashboard.app import create_app
from dashboard.warehouse import Build, Warehouse
from etl.warehouse import draft_path, publish, write_build
from indicators.catalogue import Catalogue, Index, Indicator, Pillar, load_catalogue

EDITION = 2026
# code, label, nature, size class, population, département, région, attractivité, rayonnement
EPCI = [
    ("200054781", "Métropole du Grand Paris", "METRO", "500000+", 7_000_000.0, "75", "11", 60.0, 97.0),
    ("200046977", "Métropole de Lyon", "MET69", "500000+", 1_400_000.0, "69", "84", 61.0, 70.0),
    ("200040715", "Grenoble-Alpes-Métropole", "METRO", "200000-500000", 450_000.0, "38", "84", 47.0, 48.0),
    ("200066793", "CU d'Évry-sur-Œuvre", "CU", "200000-500000", 210_000.0, "38", "84", 47.0, 20.0),
    ("200000001", "CC d'Evreux", "CC", "0-20000", 9_000.0, "38", "84", 30.0, 1.0),
    ("200000002", "CC de l'Île Saint-Ouen", "CC", "0-20000", 8_000.0, "69", "84", 20.0, 1.0),
    ("200000003", "CC Sans Score", "CC", "0-20000", 4_000.0, "69", "84", None, None),
]
COMMUNES = [
    ("38185", "Grenoble", 156_000.0, "38", "84", "200040715"),
    ("42218", "Saint-Étienne", 173_000.0, "69", "84", "200046977"),
    ("29155", "Ouessant", 830.0, "69", "84", None),
]
UPPER = [
    ("departement", "38", "Isère"),
    ("departement", "69", "Rhône"),
    ("departement", "75", "Paris"),
    ("region", "11", "Île-de-France"),
    ("region", "84", "Auvergne-Rhône-Alpes"),
]
SECRET = "200066793"
ESTIMATED = "200046977"
WITH_INTERVAL = "200040715"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Two indices, a pillar each, three indicators of which one is context."""
    return dataclasses.replace(
        load_catalogue(),
        edition=EDITION,
        score_range=(1.0, 100.0),
        indices=(
            Index("attractivite", "Attractivité", "Qui attire-t-il ?", "Mesurable et ciblée."),
            Index("rayonnement", "Rayonnement", "Est-il connu ?", "Plus diffus."),
        ),
        pillars=(
            Pillar("qualite", "attractivite", "Qualité du territoire", "Ses propres atouts."),
            Pillar("notoriete", "rayonnement", "Notoriété", "Est-il connu ?"),
        ),
        indicators=(
            _indicator("revenu_median", "qualite", "Revenu médian", "€ par an", "revenu_median", decimals=0),
            _indicator("visiteurs_musees", "notoriete", "Visiteurs des musées", "entrées par an", "musees_visiteurs"),
            _indicator("dynamique_gares", "qualite", "Gares", "%", "gares_voyageurs", weight=0.0),
        ),
    )


def _indicator(code: str, pillar: str, label: str, unit: str, formula: str, **more: object) -> Indicator:
    return Indicator(
        code=code, pillar=pillar, theme="culture", label=label, unit=unit, formula=formula, worst="p05", best="p95",
        absent="missing", definition=f"Définition de {label}.", rationale=f"Raison de {label}.", **more,
    )  # fmt: skip


def write_warehouse(folder: Path, build_id: str = "20260101T000000-aaaaaa", *, shift: float = 0.0) -> Path:
    """Publish a tiny build; `shift` is added to every attractivité score."""
    draft = draft_path(folder, build_id)
    with write_build(draft) as con:
        con.execute("INSERT INTO build VALUES (?, ?, ?, '')", [build_id, "2026-01-01 08:00:00", EDITION])
        for code, label, nature, size, people, departement, region, _, _ in EPCI:
            _territory(con, "epci", code, label, nature, size, people, departement, region)
        for code, label, people, departement, region, epci in COMMUNES:
            _territory(con, "commune", code, label, None, None, people, departement, region)
            if epci:
                con.execute("INSERT INTO membership VALUES (?, 'epci', ?, '2026')", [code, epci])
        for level, code, label in UPPER:
            _territory(con, level, code, label, None, None, 1.0, None, None)
        _write_scores(con, shift)
        _write_sources(con)
        _write_audit(con)
    return publish(draft)


def _territory(con, level, code, label, nature, size, people, departement, region) -> None:
    con.execute(
        """INSERT INTO territory VALUES (?, ?, ?, ?, ?, 'pole', ?, {'longitude': 5.0, 'latitude': 45.0}, ?, ?)""",
        [level, code, label, nature, size, people, departement, region],
    )


def _write_scores(con, shift: float) -> None:
    columns = [("attractivite", 7, shift), ("rayonnement", 8, 0.0), ("qualite", 7, shift), ("notoriete", 8, 0.0)]
    columns += [("revenu_median", 7, 0.0), ("visiteurs_musees", 8, 0.0)]
    for node, place, added in columns:
        scores = {e[0]: e[place] + added for e in EPCI if e[place] is not None}
        for code, score in scores.items():
            rank = 1 + sum(other > score for other in scores.values())
            has_interval = code == WITH_INTERVAL and node == "attractivite"
            is_indicator = node in ("revenu_median", "visiteurs_musees")
            if is_indicator and code == SECRET:
                continue
            con.execute(
                "INSERT INTO score VALUES ('epci', ?, ?, 'as_is', ?, ?, ?, ?, ?, ?, ?, ?, 1.0, ?, ?, ?)",
                [
                    code, EDITION, node, 453_825.0 if is_indicator else None, score,
                    score - 5 if has_interval else None, score + 5 if has_interval else None, rank,
                    2 if has_interval else None, 5 if has_interval else None,
                    2023 if is_indicator else None, 2023 if is_indicator else None,
                    ("estimated" if code == ESTIMATED else "ok") if is_indicator else None,
                ],
            )  # fmt: skip
    con.execute(
        """INSERT INTO score SELECT * REPLACE ('per_inhabitant' AS variant, 101 - score AS score,
               NULL AS score_low, NULL AS score_high, NULL AS rank_low, NULL AS rank_high,
               rank() OVER (PARTITION BY node_code ORDER BY score) AS rank)
           FROM score WHERE node_code IN ('attractivite', 'rayonnement')"""
    )
    con.execute(
        """INSERT INTO fit VALUES ('revenu_median', 'epci', $edition, 'worst', 17000),
                                  ('revenu_median', 'epci', $edition, 'best', 26000)""",
        {"edition": EDITION},
    )


def _write_sources(con) -> None:
    con.execute(
        """INSERT INTO source BY NAME SELECT
            'culture_musees' AS source_code, 'Ministère de la Culture' AS producer,
            'Fréquentation des musées de France' AS title, 'Licence Ouverte 2.0' AS licence,
            'https://example.org/musees' AS page,
            [{'name': 'entrees.csv', 'url': 'https://example.org/e.csv'}] AS files,
            'manual' AS mode, '2023' AS vintage, DATE '2026-01-01' AS retrieved_at, 'ab12' AS sha256, 10 AS rows_read,
            7 AS rows_kept, 2 AS rows_rejected, 1 AS rows_excluded, MAP {'hors champ': 1} AS excluded,
            'stale' AS state,
            'e.csv: https://example.org/e.csv answers 404 Not Found. Check it' AS message, NULL AS citation,
            'Une note.' AS note"""
    )
    con.execute(
        """INSERT INTO series VALUES ('musees_visiteurs', 'Visiteurs des musées de France', 'entrées', 'culture_musees',
           'sum', false), ('revenu_median', 'Revenu médian', '€', 'culture_musees', 'none', false)"""
    )
    con.execute(
        """INSERT INTO observation VALUES
           ('epci', '200040715', 'musees_visiteurs', 2023, 453825, 'ok', 'culture_musees'),
           ('epci', '200066793', 'musees_visiteurs', 2023, NULL, 'secret', 'culture_musees')"""
    )
    con.execute(
        """INSERT INTO rejected_row VALUES
           ('culture_musees', 'entrees.csv', 12, 'code', '<b>xx</b>', 'code inconnu; voisin: 38185'),
           ('culture_musees', 'entrees.csv', 20, 'code', 'yy', 'code inconnu')"""
    )


def _write_audit(con) -> None:
    con.execute(
        """INSERT INTO audit VALUES
           ('epci', $edition, 'availability', 'visiteurs_musees', '', 'share', 0.857, ''),
           ('epci', $edition, 'distribution', 'visiteurs_musees', '', 'min', 0, ''),
           ('epci', $edition, 'distribution', 'visiteurs_musees', '', 'q1', 10, ''),
           ('epci', $edition, 'distribution', 'visiteurs_musees', '', 'median', 200, ''),
           ('epci', $edition, 'distribution', 'visiteurs_musees', '', 'q3', 3000, ''),
           ('epci', $edition, 'distribution', 'visiteurs_musees', '', 'max', 453825, ''),
           ('epci', $edition, 'distribution', 'visiteurs_musees', '', 'zeros', 0.142, ''),
           ('epci', $edition, 'distribution', 'visiteurs_musees', '', 'skewness', 4.26, ''),
           ('epci', $edition, 'treatment', 'visiteurs_musees', '', 'skewness', 2.94, 'outlying'),
           ('epci', $edition, 'treatment', 'visiteurs_musees', '', 'kurtosis', 7.7, ''),
           ('epci', $edition, 'treatment', 'visiteurs_musees', '', 'at_worst', 0.6, ''),
           ('epci', $edition, 'treatment', 'visiteurs_musees', '', 'at_best', 0.01, ''),
           ('epci', $edition, 'treatment', 'visiteurs_musees', '', 'presence_r2', 0.5, ''),
           ('epci', $edition, 'consistency', 'qualite', '', 'cronbach', -0.2, 'inconsistent'),
           ('epci', $edition, 'components', 'qualite', '', 'share_1', 0.7, ''),
           ('epci', $edition, 'components', 'qualite', '', 'share_2', 0.2, ''),
           ('epci', $edition, 'components', 'qualite', 'revenu_median', 'loading_1', 0.7, ''),
           ('epci', $edition, 'outside', 'attractivite', 'musees_visiteurs', 'spearman', 0.43, ''),
           ('epci', $edition, 'outside', 'attractivite', 'musees_visiteurs', 'spearman_at_equal_size', 0.31, ''),
           ('epci', $edition, 'removal', 'revenu_median', 'attractivite', 'mean_rank_shift', 1.26, ''),
           ('epci', $edition, 'removal', 'visiteurs_musees', 'rayonnement', 'mean_rank_shift', 2.5, ''),
           ('epci', $edition, 'interval', 'attractivite', '', 'score_width', 10.07, ''),
           ('epci', $edition, 'interval', 'attractivite', '', 'rank_width', 235, ''),
           ('epci', $edition, 'interval', 'attractivite', '', 'told_apart', 0.608, ''),
           ('epci', $edition, 'sobol', 'attractivite', '', 'mean_rank_shift', 58.4, ''),
           ('epci', $edition, 'sobol', 'attractivite', 'weights', 'first', -0.01, ''),
           ('epci', $edition, 'sobol', 'attractivite', 'weights', 'first_low', -0.05, ''),
           ('epci', $edition, 'sobol', 'attractivite', 'weights', 'first_high', 0.04, ''),
           ('epci', $edition, 'sobol', 'attractivite', 'weights', 'total', 0.24, ''),
           ('epci', $edition, 'sobol', 'attractivite', 'weights', 'total_low', 0.21, ''),
           ('epci', $edition, 'sobol', 'attractivite', 'weights', 'total_high', 0.28, ''),
           ('epci', $edition, 'sobol', 'attractivite', 'left_out', 'first', 0.6, ''),
           ('epci', $edition, 'sobol', 'attractivite', 'left_out', 'first_low', 0.5, ''),
           ('epci', $edition, 'sobol', 'attractivite', 'left_out', 'first_high', 0.72, ''),
           ('epci', $edition, 'sobol', 'attractivite', 'left_out', 'total', 0.91, ''),
           ('epci', $edition, 'sobol', 'attractivite', 'left_out', 'total_low', 0.82, ''),
           ('epci', $edition, 'sobol', 'attractivite', 'left_out', 'total_high', 1, ''),
           ('epci', $edition, 'correlation', 'revenu_median', 'visiteurs_musees', 'pearson', 0.95, 'redundant'),
           ('epci', $edition, 'correlation', 'revenu_median', 'dynamique_gares', 'pearson', 0.1, ''),
           ('epci', $edition, 'importance', 'qualite', 'attractivite', 'nominal', 1.0, ''),
           ('epci', $edition, 'importance', 'qualite', 'attractivite', 'correlation_ratio', 0.4, ''),
           ('epci', $edition, 'importance', 'qualite', 'attractivite', 'effective', 1.0, ''),
           ('epci', $edition, 'size', 'attractivite', 'population', 'spearman', 0.41, ''),
           ('epci', $edition, 'indices', 'attractivite', 'rayonnement', 'spearman', 0.38, ''),
           ('epci', $edition, 'indices', 'attractivite', 'rayonnement', 'spearman_at_equal_size', 0.21, ''),
           ('epci', $edition - 1, 'indices', 'attractivite', 'rayonnement', 'spearman', 0.99, 'redundant')""",
        {"edition": EDITION},
    )
    con.execute(
        """INSERT INTO composition VALUES
           ('epci', 2026, 'indice', 'attractivite', NULL, 1, 0.86),
           ('epci', 2026, 'indice', 'qualite', 'attractivite', 1, 0.86),
           ('epci', 2026, 'indice', 'revenu_median', 'qualite', 1, 0.71),
           ('epci', 2015, 'retrospectif', 'retro_attractivite', NULL, 1, 0.5),
           ('epci', 2016, 'retrospectif', 'retro_attractivite', NULL, 1, 0.25),
           ('epci', 2017, 'retrospectif', 'retro_attractivite', NULL, 1, 0.75),
           ('epci', 2017, 'retrospectif', 'retro_qualite', 'retro_attractivite', 3, 0.75),
           ('epci', 2017, 'retrospectif', 'retro_cibles', 'retro_attractivite', 1, 0.75)"""
    )
    con.execute("INSERT INTO peer VALUES ('epci', '200040715', 2026, 'tous'), ('epci', '200046977', 2026, 'tous')")


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one published tiny build."""
    folder = tmp_path_factory.mktemp("warehouse")
    write_warehouse(folder)
    return folder


@pytest.fixture
def build(warehouse: Path) -> Build:
    """The tiny build, open."""
    return Warehouse(warehouse).build()


@pytest.fixture(scope="session")
def geo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Contours of nothing in particular."""
    folder = tmp_path_factory.mktemp("geo")
    for level in ("epci", "departement"):
        (folder / f"{level}.geojson").write_text('{"type":"FeatureCollection","features":[]}', encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def app(warehouse: Path, catalogue: Catalogue, geo: Path) -> Dash:
    """The application over the tiny build."""
    return create_app(warehouse, catalogue=catalogue, geo=geo)


@pytest.fixture(scope="session")
def client(app: Dash) -> Client:
    """A client of its server."""
    return app.server.test_client()


@pytest.fixture(scope="session")
def open_page(client: Client) -> Callable[[str], dict]:
    """What the browser receives for an address: the answer of the callback that lays the page out."""

    return lambda address: lay_out_page(client, address).get_json()["response"]


def lay_out_page(client: Client, address: str) -> TestResponse:
    """The answer of the callback that lays out the page of an address, `?query` included."""
    path, _, query = address.partition("?")
    client.get("/_dash-layout")
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": ".._pages_content.children..._pages_store.data..",
            "outputs": [
                {"id": "_pages_content", "property": "children"},
                {"id": "_pages_store", "property": "data"},
            ],
            "inputs": [
                {"id": "_pages_location", "property": "pathname", "value": path},
                {"id": "_pages_location", "property": "search", "value": f"?{query}" if query else ""},
            ],
            "changedPropIds": ["_pages_location.pathname"],
        },
    )
    assert answer.status_code == 200, answer.text[:500]
    return answer
