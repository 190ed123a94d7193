"""The real files against figures computed independently of this code; skipped by name where they are absent."""

import pandas as pd
import pytest

from etl.ingest import Loaded

GRENOBLE = "200040715"
LYON = "200046977"


@pytest.fixture(scope="module")
def total(load, real_territories):
    """Sum of one series over the communes of an EPCI (of the whole country when none is given)."""

    def sum_up(source: str, series: str, year: int, epci: str | None = None) -> float:
        rows = load(source).observation
        rows = rows[rows["series_code"].eq(series) & rows["year"].eq(year) & rows["level"].eq("commune")]
        if epci is not None:
            members = real_territories.membership[real_territories.membership["territory_code"].eq(epci)][
                "commune_code"
            ]
            rows = rows[rows["territory_code"].isin(members)]
        return float(rows["value"].sum())

    return sum_up


def one(loaded: Loaded, level: str, code: str, series: str, year: int) -> pd.Series:
    rows = loaded.observation
    same = rows["level"].eq(level) & rows["territory_code"].eq(code) & rows["series_code"].eq(series)
    (found,) = (rows.loc[i] for i in rows.index[same & rows["year"].eq(year)])
    return found


def test_jobs_of_grenoble_in_2018(total):
    assert total("insee_comparateur", "emplois", 2018, GRENOBLE) == pytest.approx(219_453.6, abs=0.05)


def test_the_comparator_loses_no_commune_but_mayotte(load):
    loaded = load("insee_comparateur")
    assert loaded.excluded == {
        "arrondissement municipal, déjà compté dans sa commune": 45,
        "commune sans aucun chiffre publié": 17,
    }
    assert set(loaded.rejected_row["reason"]) == {"second figure for the same key"}


def test_incomes_follow_the_epci_that_changed_their_siren(load):
    loaded = load("insee_filosofi")
    for code, year, median in (("200093201", 2019, 20_940), ("200096956", 2017, 20_400), ("200084952", 2016, 19_719)):
        found = one(loaded, "epci", code, "revenu_median", year)
        assert (found["value"], found["status"]) == (median, "estimated")
    in_2019 = loaded.observation["level"].eq("epci") & loaded.observation["year"].eq(2019)
    assert in_2019.sum() == 1236


def test_median_incomes_agree_between_the_two_sources(load):
    sources = [load(code).observation for code in ("insee_filosofi", "insee_comparateur")]
    communes = [o[o["level"].eq("commune") & o["series_code"].eq("revenu_median")] for o in sources]
    both = communes[0].merge(communes[1].dropna(), on=["territory_code", "year"])
    assert len(both) > 31_000
    assert both["value_x"].eq(both["value_y"]).mean() > 0.999


def test_unemployment_has_every_published_zone_and_whole_years_only(load):
    rows = load("insee_chomage").observation
    assert rows["year"].value_counts()[[2003, 2013, 2014, 2025]].to_list() == [287, 287, 302, 302]
    assert one(load("insee_chomage"), "ze", "0051", "taux_chomage", 2003)["value"] == pytest.approx(7.225)


def test_students_by_headquarters_in_2022(load, total):
    assert total("mesr_etudiants", "etudiants", 2022, GRENOBLE) == 52_369
    assert total("mesr_etudiants", "etudiants", 2022, LYON) == 103_305
    assert total("mesr_etudiants", "etudiants", 2022) + 6_017 == 1_739_352  # 6,017 in New Caledonia and Polynesia
    assert load("mesr_etudiants").excluded["collectivité d’outre-mer"] == 36
    assert sorted(load("mesr_etudiants").observation["year"].unique()) == list(range(2006, 2023))


def test_students_on_site_keep_those_of_towns_without_headquarters(load, real_territories, total):
    assert total("mesr_implantations", "etudiants_sur_site", 2017, "200039865") == 16_139  # Metz
    epci = real_territories.membership[real_territories.membership["level"].eq("epci")]
    sites = load("mesr_implantations").observation
    assert epci[epci["commune_code"].isin(sites["territory_code"])]["territory_code"].nunique() == 180
    assert load("mesr_implantations").rejected_row.empty


def test_lists_of_establishments_and_schools_are_whole(load, total):
    assert total("mesr_etablissements", "etablissements_superieurs", 2025) == 245 - 4 - 2  # abroad, overseas
    assert total("mesr_ecoles_doctorales", "ecoles_doctorales", 2018) == 266 - 1  # Polynesia


def test_innovation_laureates_lose_only_what_the_publisher_got_wrong(load):
    loaded = load("mesr_inov")
    laureates = loaded.observation[loaded.observation["series_code"].eq("inov_laureats")]
    assert laureates["value"].sum() == 753 - 1 - 2  # a double, two without a commune
    excessive = loaded.rejected_row[loaded.rejected_row["column"].eq("subvention")]
    assert sorted(excessive["value"].astype(float)) == [4_487_924, 10_134_540]


def test_both_population_sources_of_2023_say_the_same(load, real_territories):
    insee = load("insee_populations").observation.set_index("territory_code")["value"]
    communes = real_territories.territory[real_territories.territory["level"].eq("commune")]
    population = communes.set_index("territory_code")["population"]
    assert (insee == population.reindex(insee.index)).all()
    assert set(population.index.difference(insee.index).str[:3]) == {"976"}


def test_research_money_comes_from_final_accounts_only(load):
    rows = load("mesr_finances").observation
    years = {s: sorted(part["year"].unique()) for s, part in rows.groupby("series_code")}
    assert years["recherche_subventions_ue"] == [*range(2010, 2016), *range(2018, 2023)]
    assert years["recherche_contrats"] == years["recherche_subventions_ue"]
    assert years["recherche_anr"] == [2013, 2014, 2015, *range(2018, 2023)]  # zeros before 2013 were not asked
    assert set(load("mesr_finances").rejected_row["value"].str[:8]) == {"0755449R", "0492498Z"}
    rennes = one(load("mesr_finances"), "commune", "35238", "recherche_subventions_ue", 2022)
    assert rennes["value"] >= 8_688_077  # the university whose commune the file leaves blank


def test_research_units_are_placed_but_for_three_in_a_hundred(load):
    loaded = load("mesr_structures_recherche")
    units = 4_506 - loaded.excluded["équipe ou fédération, pas une unité"]
    assert units == 3_348
    outside = loaded.excluded["unité à l’étranger"] + loaded.excluded["collectivité d’outre-mer"]
    assert loaded.observation["value"].sum() == units - outside - len(loaded.rejected_row)
    assert len(loaded.rejected_row) / (units - outside) < 0.03
    assert loaded.rejected_row["reason"].eq("no address at all").sum() == 91


def test_foreign_students_of_metz_are_no_longer_at_the_headquarters_in_nancy(load, total):
    """2,294 in 2017 once shared out, as reckoned independently; what is shared out sums to what there is."""
    metz = "200039865"
    assert total("mesr_etudiants", "etudiants_mobilite_internationale", 2017, metz) == 0
    assert total("mesr_etudiants", "etudiants_internationaux_sur_site", 2017, metz) == pytest.approx(2_294, abs=0.5)
    whole = total("mesr_etudiants", "etudiants_mobilite_internationale", 2022)
    assert total("mesr_etudiants", "etudiants_internationaux_sur_site", 2022) == pytest.approx(whole, rel=1e-3)
    shared = load("mesr_etudiants").observation
    assert set(shared[shared["series_code"].eq("etudiants_internationaux_sur_site")]["status"]) == {"estimated"}
