import json

import pytest

from tests.dashboard.conftest import EPCI, SECRET


def text_of(answer: object) -> str:
    """All the words of a layout, in order."""
    if isinstance(answer, dict):
        return " ".join(text_of(v) for k, v in answer.items() if k not in ("type", "namespace"))
    if isinstance(answer, list):
        return " ".join(text_of(v) for v in answer)
    return str(answer) if answer is not None else ""


@pytest.mark.parametrize("path", ["/", "/classement", "/carte", "/methode", "/territoire/200040715",
                                  "/territoire/38185", "/territoire/departement-38", "/territoire/region-84",
                                  "/source/culture_musees"])  # fmt: skip
def test_known_addresses_answer_200_in_french(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert '<html lang="fr">' in answer.text
    assert "Chargement…" in answer.text
    assert "Loading..." not in answer.text


@pytest.mark.parametrize("path", ["/nope", "/territoire/xyz", "/territoire/999999999", "/territoire/departement-99",
                                  "/territoire", "/source/nope", "/classement/x", "/not-found-404"])  # fmt: skip
def test_unknown_addresses_answer_404(client, path):
    assert client.get(path).status_code == 404


def test_the_document_may_fetch_nothing_from_elsewhere(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "unsafe-eval" not in policy


def test_no_build_is_said_with_503(tmp_path, catalogue, geo):
    from dashboard.app import create_app

    assert create_app(tmp_path, catalogue=catalogue, geo=geo).server.test_client().get("/").status_code == 503


def test_an_unknown_territory_has_its_own_title_and_a_way_on(open_page):
    page = open_page("/territoire/xyz")
    assert page["_pages_store"]["data"]["title"].startswith("Page introuvable")
    words = text_of(page)
    assert "Aucun territoire ne porte le code" in words
    assert "/classement" in words


def test_the_territory_page_tells_scores_ranks_and_sources(open_page, client):
    words = text_of(open_page("/territoire/200040715"))
    assert "Grenoble-Alpes-Métropole" in words
    assert "entre la 2ᵉ et la 5ᵉ\u00a0place" in words  # attractivité has an interval
    assert "3ᵉ sur\u00a06" in words  # rayonnement has none, and none is invented
    assert "/chiffres/indicateurs/200040715/pilier/notoriete" in words
    lines = client.get("/chiffres/indicateurs/200040715/pilier/notoriete").text
    assert "453\u202f825" in lines
    assert "entrées par an" in lines
    assert "2023" in lines
    assert "/source/culture_musees" in lines


def test_secret_and_estimated_figures_say_so(client):
    assert "secret statistique" in client.get(f"/chiffres/indicateurs/{SECRET}/pilier/notoriete").text
    assert "estimé" in client.get("/chiffres/indicateurs/200046977/pilier/notoriete").text


def test_a_territory_without_score_says_why(open_page):
    words = text_of(open_page("/territoire/200000003"))
    assert "Trop de données manquent" in words
    assert "n.d." in words


def test_a_commune_leads_to_its_intercommunalite(open_page):
    assert "/territoire/200040715" in text_of(open_page("/territoire/38185"))
    assert "aucune intercommunalité" in text_of(open_page("/territoire/29155"))


def test_home_restores_the_territory_and_the_group_from_its_address(open_page):
    assert "Ouvrir sa page" in text_of(open_page("/?territoire=38185"))  # a commune is placed with its intercommunalité
    words = text_of(open_page("/?territoire=200040715"))
    assert "Ouvrir sa page" in words
    page = json.dumps(open_page("/?groupe=CC.0-20000"))
    assert '"value": "CC.0-20000"' in page


@pytest.mark.parametrize(
    "query", ["?groupe=%00", "?territoire=<script>", "?nature=x&region=y&tri=z", "?noeud=x", "?a=1&a=2"]
)
@pytest.mark.parametrize("path", ["/", "/classement", "/carte", "/methode", "/territoire/200040715"])
def test_wrong_queries_fall_back_to_the_default(open_page, path, query):
    assert open_page(path + query)["_pages_store"]["data"]["title"]


def test_the_ranking_keeps_its_filters_and_its_sort(open_page):
    page = json.dumps(open_page("/classement?nature=METRO&region=84&noeud=notoriete&tri=population"))
    assert "nature=METRO&region=84" in page
    assert '"value": "notoriete"' in page
    assert '"sort": "desc"' in page
    assert '"value": "rayonnement"' in json.dumps(open_page("/classement?tri=rayonnement"))  # an address of before


def test_an_empty_filter_is_an_empty_list_not_an_error(open_page):
    page = open_page("/classement?nature=CU&region=11")
    assert "0\u00a0communauté urbaine" in text_of(page)


def test_the_method_is_read_from_the_catalogue_and_the_cards(client, open_page, catalogue):
    words = text_of(open_page("/methode"))
    for indicator in catalogue.indicators:
        assert indicator.label in words
        told = client.get(f"/chiffres/indicateur/{indicator.code}").text
        assert indicator.formula in told
        assert indicator.rationale in told
    assert "17\u202f000,00" in client.get("/chiffres/indicateur/revenu_median").text
    assert client.get("/chiffres/indicateur/nope").status_code == 404
    assert "Licence Ouverte 2.0" in text_of(open_page("/donnees"))
    assert "contexte, sans score" in words


def test_the_source_page_tells_counts_state_and_refused_rows(open_page):
    words = text_of(open_page("/source/culture_musees"))
    assert "2\u00a0refusées" in words
    assert "Anciennes données conservées" in words
    assert "Code inconnu" in words
    assert "Visiteurs des musées" in words


def test_the_footer_names_the_sources_that_wait_and_counts_what_was_refused(client):
    words = text_of(client.get("/_dash-layout").get_json())
    assert "1\u00a0source garde d’anciens chiffres" in words
    assert "/source/culture_musees" in words
    assert "chiffres du 1ᵉʳ\u00a0janvier\u00a02026, le producteur répond par l’erreur 404." in words
    assert "2\u00a0lignes refusées" in words
    assert "/methode#intervalle" in words


def test_every_epci_of_the_build_has_a_page(open_page):
    for code, label, *_ in EPCI:
        assert label in text_of(open_page(f"/territoire/{code}"))
