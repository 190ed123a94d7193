"""Figures and links of the real open data against numbers computed independently, and the shares left unplaced."""

import pandas as pd
import pytest

from etl.ingest import Loaded

GRENOBLE, LYON, LILLE, NANTES = "200040715", "200046977", "200093201", "244400404"


@pytest.fixture(scope="module")
def epci_of(real_territories):
    """EPCI of each commune."""
    members = real_territories.membership
    return members[members["level"].eq("epci")].set_index("commune_code")["territory_code"]


@pytest.fixture(scope="module")
def total(load, epci_of):
    """Sum of one series over the communes of an EPCI."""

    def sum_up(source, series, year, epci):
        rows = load(source).observation
        rows = rows[rows["series_code"].eq(series) & rows["year"].eq(year) & rows["level"].eq("commune")]
        return rows.loc[rows["territory_code"].map(epci_of).eq(epci), "value"].sum()

    return sum_up


@pytest.fixture(scope="module")
def partners(load, epci_of):
    """Distinct partners by EPCI, its own and its communes', of one source and some roles."""

    def count(source, *roles):
        link = load(source).link
        link = link[link["role"].isin(roles)] if roles else link
        epci = link["territory_code"].where(link["level"].eq("epci"))
        epci = epci.fillna(link["territory_code"].map(epci_of).where(link["level"].eq("commune")))
        return link.assign(epci=epci).dropna(subset=["epci"]).groupby("epci")["partner_code"].nunique()

    return count


def share_lost(loaded: Loaded) -> float:
    counts = loaded.counts
    return counts["rows_rejected"] / (counts["rows_read"] - counts["rows_excluded"])


def test_festivals_are_placed_by_commune_code(total, load):
    assert total("culture_festivals", "festivals", 2022, GRENOBLE) == 41
    rows = load("culture_festivals").observation
    assert rows.loc[rows["territory_code"].eq("69123"), "value"].sum() == 75


def test_stations_of_grenoble(total, load):
    assert total("sncf_gares", "gares_voyageurs", 2024, GRENOBLE) == pytest.approx(10_277_080, rel=0.01)
    assert sorted(load("sncf_gares").observation["year"].unique()) == list(range(2015, 2025))
    assert share_lost(load("sncf_gares")) < 0.006


def test_hotels_of_lyon_and_of_the_country(total, load, epci_of):
    assert total("atout_france_hebergements", "hotels_chambres", 2026, LYON) == 14_539
    loaded = load("atout_france_hebergements")
    hotels = loaded.observation[loaded.observation["series_code"].eq("hotels")]
    assert 13_239 - 25 <= hotels["value"].sum() <= 13_239
    assert hotels.loc[~hotels["territory_code"].isin(epci_of.index), "value"].sum() <= 30
    assert share_lost(loaded) < 0.002


def test_cinemas_of_grenoble_without_the_itinerant_ones(total, load):
    assert total("cnc_cinemas", "cinemas_entrees", 2022, GRENOBLE) == 1_375_255
    loaded = load("cnc_cinemas")
    assert loaded.excluded == {"cinéma itinérant": 114}
    assert share_lost(loaded) == 0


def test_networks_leave_almost_no_member_unplaced(partners, load):
    assert share_lost(load("etmun_reseaux")) < 0.005
    count = partners("etmun_reseaux")
    assert 130 <= len(count) <= 145
    assert set(load("etmun_reseaux").link["level"]) == {"commune", "epci", "departement", "region"}


def test_consular_presence_leaves_embassies_and_honorary_posts_out(partners, load):
    count = partners("wikidata_postes_diplomatiques", "consulate general", "consulate")
    assert 20 <= len(count) <= 30
    assert (count[LILLE], count[NANTES]) == (2, 1)
    assert 0.04 <= share_lost(load("wikidata_postes_diplomatiques")) <= 0.10


def test_twinned_towns_all_find_their_commune(partners, load):
    assert share_lost(load("wikidata_jumelages")) == 0
    count = partners("wikidata_jumelages", "foreign")
    assert len(count) == pytest.approx(754, abs=10)
    link = load("wikidata_jumelages").link
    lyon = link[link["territory_code"].eq("69123") & link["partner_label"].str.startswith("Gothenburg")]
    assert lyon["partner_country"].tolist() == ["SE"]


def test_signatories_of_the_covenant_find_their_level(load):
    loaded = load("jrc_convention_des_maires")
    assert share_lost(loaded) < 0.02
    label = loaded.link.set_index("territory_code")["level"]
    assert label[LYON] == "epci"
    assert label["69123"] == "commune"


def test_urbact_counts_the_french_participations(load):
    loaded = load("urbact")
    assert loaded.counts["rows_kept"] == 109
    assert loaded.link["territory_code"].nunique() == 50


def test_ten_creative_cities(load):
    assert load("unesco_villes_creatives").link["territory_code"].nunique() == 10


def test_world_heritage_sites_are_all_placed_or_out_of_scope(load):
    loaded = load("unesco_patrimoine")
    assert loaded.link["partner_code"].nunique() + loaded.excluded["collectivité d’outre-mer"] == 52
    assert loaded.rejected_row.empty


def test_airports_passengers_by_year(load):
    rows = load("dgac_trafic").observation
    by_year = rows.groupby("year")["value"].sum()
    assert list(by_year.index) == list(range(2010, 2025))
    assert by_year[2020] < 0.4 * by_year[2019]
    assert load("dgac_trafic").rejected_row.empty


def test_names_in_other_languages_know_paris_best(load):
    rows = load("geonames_notoriete").observation
    assert load("geonames_notoriete").rejected_row.empty
    assert rows.loc[rows["value"].idxmax(), "territory_code"] == "75056"
    assert rows["territory_code"].is_unique


def test_twelve_cities_are_measured_by_gawc(load):
    rows = load("gawc_connectivite").observation
    assert len(rows) == 12
    assert pd.Series(["75056", "69123", "38185"]).isin(rows["territory_code"]).all()


@pytest.mark.parametrize(
    "code",
    [
        "etmun_reseaux", "jrc_convention_des_maires", "urbact", "unesco_patrimoine", "unesco_villes_creatives",
        "wikidata_jumelages", "wikidata_postes_diplomatiques",
    ],
)  # fmt: skip
def test_no_tie_stands_twice_and_every_country_is_an_iso_code(load, code):
    link = load(code).link
    assert not link.duplicated(["level", "territory_code", "partner_code", "role", "start"]).any()
    assert link["partner_country"].str.fullmatch("[A-Z]{2}|").all()
    assert link["partner_label"].ne("").all()


def test_networks_have_their_name_theme_and_seat(load):
    loaded = load("etmun_reseaux")
    grenoble = loaded.link[loaded.link["territory_code"].eq("38185")].set_index("partner_code")
    iclei = grenoble.loc["13963"] if "13963" in grenoble.index else loaded.link.set_index("partner_code").loc["13963"]
    one = iclei if isinstance(iclei, pd.Series) else iclei.iloc[0]
    assert one["partner_label"] == "Local Governments for Sustainability (ICLEI)"
    assert (one["partner_country"], one["theme"]) == ("DE", "Government")
    assert loaded.excluded["ancien membre"] == 4
    without_seat = loaded.link.loc[loaded.link["partner_country"].eq(""), "partner_label"].unique()
    assert list(without_seat) == ["Organization of World Heritage Cities (OWHC)"]


def test_twin_towns_have_their_country_and_posts_the_state_they_represent(load):
    towns = load("wikidata_jumelages").link
    assert towns["partner_country"].ne("").all()
    assert (towns["partner_country"].eq("FR") == towns["role"].eq("domestic")).all()
    posts = load("wikidata_postes_diplomatiques").link
    assert posts.loc[posts["partner_country"].eq(""), "partner_label"].tolist() == ["Administration centrale tibétaine"]
    assert "Allemagne" in set(posts["partner_label"])


def test_world_heritage_has_names_and_years_and_creative_cities_their_field(load):
    sites = load("unesco_patrimoine").link
    assert sites["start"].astype(int).between(1978, 2023).all()
    assert set(sites["theme"]) == {"Cultural", "Natural", "Mixed"}
    assert load("unesco_villes_creatives").link["theme"].ne("").all()
