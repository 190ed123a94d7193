"""The only module that folds the names of places, so that two spellings of one name become one key."""

from __future__ import annotations

import re
import unicodedata

_CEDEX = re.compile(r"(?:\bmessag\w*)? ?\bcedex.*$")
_COMBINING = re.compile("[\u0300-\u036f]")
_CITIES = ("paris", "lyon", "marseille")
_ARRONDISSEMENTS = (
    re.compile(r"^(?P<city>paris|lyon|marseille) ?(?:\d{1,2} ?(?:er|e|eme|ieme)?)? ?(?:arrondissement|arrdt|arr)?$"),
    re.compile(r"^\d{1,2} ?(?:st|nd|rd|th|er|e|eme) (?:arrondissement )?(?:of |de )?(?P<city>paris|lyon|marseille)$"),
)
_SHORT = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "stes": "saintes",
    "s": "sur",
    "ss": "sous",
    "nd": "notre dame",
}
_ARTICLES = ("le ", "la ", "les ", "l ")
_TITLE = re.compile(r"^(?:ville|commune|mairie|city|town|municipality|municipalite)s? (?:de la|de l|de|du|des|d|of) ")
_PART = re.compile(r"\s+[-–/]\s+|\s*[(),;/&]\s*|\s+\+\s+")
_LINKING = {"de", "du", "des", "d", "la", "le", "les", "l", "et", "en", "a", "au", "aux", "the", "of", "and"}
_LEGAL_FORMS = {
    "communaute", "communautes", "urbaine", "agglomeration", "agglo", "communes", "ca", "cc", "cu",
    "metropole", "metropolitaine", "europeenne", "eurometropole", "metro", "grand", "grande", "intercommunalite",
    "region", "regional", "conseil", "general", "departemental", "departement", "department", "county", "council",
    "cg", "cd", "cr",
    "collectivite", "territoriale",
}  # fmt: skip
_EMPTY_WORDS = _LINKING | _LEGAL_FORMS
_COMMON_WORDS = _EMPTY_WORDS | {"pays", "saint", "sur"}
PREDECESSOR_REGIONS = {
    "alsace": "grand est", "champagne ardenne": "grand est", "lorraine": "grand est",
    "aquitaine": "nouvelle aquitaine", "limousin": "nouvelle aquitaine", "poitou charentes": "nouvelle aquitaine",
    "auvergne": "auvergne rhone alpes", "rhone alpes": "auvergne rhone alpes",
    "bourgogne": "bourgogne franche comte", "franche comte": "bourgogne franche comte",
    "languedoc roussillon": "occitanie", "midi pyrenees": "occitanie",
    "nord pas de calais": "hauts de france", "picardie": "hauts de france",
    "basse normandie": "normandie", "haute normandie": "normandie",
    "centre": "centre val de loire", "paca": "provence alpes cote d azur",
    "sud provence alpes cote d azur": "provence alpes cote d azur",
}  # fmt: skip
"""Régions merged or renamed by the law of 16 January 2015, and names in use, by folded name."""


class _Folded(dict[int, str]):
    """What each character becomes, learnt as it comes: letters and digits without accents, else a space."""

    def __missing__(self, code: int) -> str:
        bare = (c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c))
        self[code] = "".join(c if c in _KEPT else " " for c in bare)
        return self[code]


_KEPT = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_FOLDED = _Folded()


def fold(text: str) -> str:
    """Case, accents, ligatures and punctuation folded.

    >>> fold("L'Haÿ-les-Roses, Œuilly")
    'l hay les roses oeuilly'
    """
    text = text.casefold().replace("œ", "oe").replace("æ", "ae")
    if "s/" in text:
        text = text.replace("s/s", "sous ").replace("s/", "sur ")
    return " ".join(text.translate(_FOLDED).split())


def fold_accents(text: str) -> str:
    """Case and accents folded, whatever the script; letters stay.

    >>> fold_accents("PARÍS"), fold_accents("Париж")
    ('paris', 'париж')
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", _COMBINING.sub("", decomposed))


def normalise_name(name: str) -> str:
    """Fold a commune's name: also ST/STE, CEDEX, arrondissements of the three cities.

    >>> normalise_name("ST-ÉTIENNE CEDEX 2"), normalise_name("6th arrondissement of Lyon"), normalise_name("PARIS 9E")
    ('saint etienne', 'lyon', 'paris')
    """
    text = fold(name)
    if "cedex" in text:
        text = _CEDEX.sub("", text).strip()
    words = text.split()
    if not _SHORT.keys().isdisjoint(words):
        text = " ".join(_SHORT.get(word, word) for word in words)
    if any(city in text for city in _CITIES):
        for pattern in _ARRONDISSEMENTS:
            if hit := pattern.match(text):
                return hit["city"]
    return text


def drop_article(key: str) -> str:
    """The folded name without its leading article.

    >>> drop_article("le havre"), drop_article("levallois")
    ('havre', 'levallois')
    """
    for article in _ARTICLES:
        if key.startswith(article):
            return key.removeprefix(article)
    return key


def name_variants(name: str) -> list[str]:
    """Keys to try one after the other when the whole name is unknown: no title, then the parts of a composed name.

    >>> name_variants("Ville de Grenoble"), name_variants("Bolquère - Eyne (66)")
    (['ville de grenoble', 'grenoble'], ['bolquere eyne 66', 'bolquere', 'eyne', '66'])
    """
    whole = normalise_name(name)
    parts = [normalise_name(part) for part in _PART.split(name)]
    keys = [v for key in (whole, *parts) for v in (key, _TITLE.sub("", key))]
    return [k for k in dict.fromkeys(keys) if k]


def normalise_level_name(name: str) -> str:
    """Fold the name of an EPCI, a département or a région: its significant words in order, without its legal form.

    >>> normalise_level_name("Métropole de Nantes") == normalise_level_name("Nantes Métropole - CU (Nantes)")
    True
    >>> normalise_level_name("Conseil régional de La Réunion"), normalise_level_name("Grand Est")
    ('reunion', 'grand est')
    """
    folded = normalise_name(re.sub(r"\(.*?\)", " ", name))
    words = [w for w in folded.split() if w not in _EMPTY_WORDS]
    if len(words) < 2 and "est" in words:
        return folded.removeprefix("region ")
    return " ".join(words) or folded


def significant_words(name: str) -> frozenset[str]:
    """The words of a name that tell a territory from another.

    >>> sorted(significant_words("CA de Béthune-Bruay, Artois-Lys Romane"))
    ['artois', 'bethune', 'bruay', 'lys', 'romane']
    """
    words = normalise_name(name).split()
    return frozenset([w for w in words if len(w) > 2 and w not in _COMMON_WORDS])
