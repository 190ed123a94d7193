"""The catalogue of the repository is sound, and a bad one is refused by name."""

import re

import pytest

from etl.errors import MethodError
from indicators.catalogue import CATALOGUE_FILE, load_catalogue
from indicators.compute import build_tree

TEXT = CATALOGUE_FILE.read_text(encoding="utf-8")


def test_every_pillar_scores_and_sixteen_indicators_at_least():
    catalogue = load_catalogue()
    assert len(catalogue.scored) >= 16
    for pillar in catalogue.pillars:
        assert [i for i in catalogue.indicators_of(pillar.code) if i.is_scored], pillar.code


def test_the_two_indices_are_two_roots_never_merged():
    assert build_tree(load_catalogue()).roots == ("attractivite", "rayonnement")


def test_french_texts_have_typographic_apostrophes_and_no_break_spaces():
    catalogue = load_catalogue()
    texts = [(i.code, t) for i in catalogue.indicators for t in (i.label, i.unit, i.definition, i.rationale)]
    texts += [(b.code, t) for b in (*catalogue.indices, *catalogue.pillars) for t in (b.label, b.question)]
    for code, text in texts:
        assert not re.search(r"'| [;:!?%‰€»]|« |\d \d{3}", text), f"{code}: {text}"


def test_attractivite_indicators_name_the_target_they_speak_to():
    catalogue = load_catalogue()
    for one in catalogue.indicators:
        if catalogue.index_of(one) == "attractivite":
            assert one.targets, one.code


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('pillar = "qualite"', 'pillar = "qualites"', "pillar 'qualites' is unknown"),
        ('theme = "societe"', 'theme = "social"', "theme 'social' is unknown"),
        ('formula = "revenu_median"', 'formula = "revenu_moyen"', "series 'revenu_moyen' is unknown"),
        ('absent = "missing"', 'absent = "nul"', "absent 'nul' is unknown"),
        ('worst = "p05"', 'worst = "p95"', "worst and best are the same"),
        ('worst = "p05"', 'worst = "p5"', "goalpost rule 'p5' is unknown"),
        ("decimals = 0", "decimales = 0", "'decimales' is not a key"),
        ('code = "chomage"', 'code = "revenu_median"', "stands twice"),
        ('code = "chomage"', 'code = "cibles"', "an index or pillar has that code"),
        ('label = "Revenu médian"\n', "", "missing 1 required"),
        ('[[indicator]]\ncode = "revenu_median"', '[[indicator]\ncode = "revenu_median"', "not valid TOML"),
    ],
)
def test_a_bad_block_is_refused_naming_it(tmp_path, before, after, message):
    assert before in TEXT
    bad = tmp_path / "catalogue.toml"
    bad.write_text(TEXT.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(MethodError, match=re.escape(message)) as caught:
        load_catalogue(bad)
    assert caught.value.where.startswith("catalogue.toml")
    assert caught.value.remedy
