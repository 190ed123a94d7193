"""The only module that puts into French what the load says in English: reasons of refusal, failures, next editions."""

from __future__ import annotations

import re
from typing import Final

from dashboard.words import FIXED, NARROW

NEAREST: Final = "; nearest: "
_REASONS: Final = (
    (r"no place of that name", "aucun lieu de ce nom"),
    (r"no epci of that name today", "aucune intercommunalité actuelle de ce nom"),
    (r"no departement of that name today", "aucun département de ce nom"),
    (r"no region of that name today", "aucune région de ce nom"),
    (r"doubtful place", "lieu incertain, plusieurs candidats"),
    (r"no address at all", "aucune adresse"),
    (r"airport not located, or in no commune", "aéroport non localisé, ou hors de toute commune"),
    (r"the post has neither city nor coordinates", "poste sans ville ni coordonnées"),
    (r"no point in France and no component in the register", "aucun point en France, aucun élément dans le registre"),
    (r"no commune code, and none known by its UAI", "pas de code commune, et établissement inconnu par son UAI"),
    (r"commune code unknown, even through the passage table", "code commune inconnu, même par la table de passage"),
    (r"code unknown to the territory table", "code absent du référentiel des territoires"),
    (r"code does not follow its level's pattern", "code qui n’a pas la forme attendue à ce niveau"),
    (r"the reference geography no longer has this territory", "territoire absent du référentiel actuel"),
    (
        r"EPCI since divided or absorbed: no EPCI of today took most of its inhabitants from it",
        "intercommunalité depuis divisée ou absorbée, sans héritière principale",
    ),
    (r"second line for the same museum and year", "seconde ligne pour le même musée et la même année"),
    (r"second line for the same establishment", "seconde ligne pour le même établissement"),
    (r"second line for the same school", "seconde ligne pour la même école"),
    (r"second line for the same laureate", "seconde ligne pour le même lauréat"),
    (r"second figure for the same key", "second chiffre pour le même territoire, la même série et la même année"),
    (r"the very same row stands above", "ligne répétée à l’identique"),
    (r"the row has not as many cells as the header", "ligne qui n’a pas autant de cellules que l’en-tête"),
    (r"a partner without a French or English name", "partenaire sans nom français ni anglais"),
    (r"the row has not the (\d+) cells of the header", r"ligne qui n’a pas les \1 cellules de l’en-tête"),
    (r"grant greater than the whole project", "subvention supérieure au coût du projet"),
    (r"not a figure of (\w+)", r"valeur illisible comme nombre (série \1)"),
    (r"not a number of passengers", "nombre de passagers illisible"),
    (r"not a year", "année illisible"),
    (r"not a date", "date illisible"),
    (r"not finite", "valeur qui n’est pas un nombre fini"),
    (r"implausible year|in_range\(.*\)", "année invraisemblable"),
    (r"start or end is not a plausible year", "année de début ou de fin invraisemblable"),
    (r"figure outside the series' declared bounds", "valeur hors des bornes déclarées de la série"),
    (r"a figure is missing unless secret", "valeur absente sans être secrète"),
    (r"country unknown to data/registers/pays\.csv", "pays inconnu du registre des pays"),
    (r"a link needs a partner code", "lien sans code de partenaire"),
    (r"neither FIXE nor ITINERANT", "cinéma ni fixe ni itinérant"),
    (r"neither Lead Partner nor Partner", "ni chef de file ni partenaire"),
    (r"not_nullable", "valeur absente"),
    (r"isin\(.*\)", "valeur hors de la liste admise"),
)
_CAUSES: Final = (
    (r"answers (\d{3})", r"le producteur répond par l’erreur \1"),
    (r"redirects in a loop", "l’adresse du producteur tourne en rond"),
    (r"the mirror has no file", "le fichier manque dans le miroir"),
    (r"the mirror has no folder", "la source n’est plus dans le miroir"),
    (r"cut short by the publisher's time limit", "le producteur n’a pas eu le temps de répondre en entier"),
    (r"fewer", "le nouveau fichier a perdu trop de lignes ou de territoires, il attend une vérification"),
    (r"beyond a factor of", "un total du nouveau fichier a trop bougé, il attend une vérification"),
    (r"[Tt]imed? ?out|stalled|no end in sight", "le producteur n’a pas répondu à temps"),
    (r"not laid out as expected|the columns have shifted|[Cc]olumn|header", "le fichier reçu a changé de forme"),
    (r"cannot be reached|[Cc]onnection|refused|resolve", "le producteur n’a pas pu être joint"),
)
_EDITIONS: Final = {
    "none": "aucune, source arrêtée",
    "any day": "en continu",
    "every quarter": "chaque trimestre",
    "unknown": "non annoncée",
}


def say_reason(reason: str) -> str:
    """A reason of refusal in French, its nearest candidates kept; one that is not known stays as it is written."""
    head, _, near = reason.partition(NEAREST)
    for pattern, french in _REASONS:
        found = re.fullmatch(pattern, head.strip())
        if found:
            head = found.expand(french)
            break
    return f"{head}{NARROW}; plus proches{FIXED}: {near}" if near else head


def say_cause(message: str | None) -> str:
    """Why a source keeps its former figures, in a few words; nothing when the build does not say."""
    if not message:
        return ""
    for pattern, french in _CAUSES:
        found = re.search(pattern, message)
        if found:
            return found.expand(french)
    return "son chargement a échoué"


def say_next(described: str) -> str:
    """When the next edition should come, from `etl.status.describe_next`."""
    found = re.fullmatch(r"figures of (\d{4})(, due)?", described)
    if found:
        return f"chiffres de {found[1]}" + (", attendus" if found[2] else "")
    return _EDITIONS.get(described, described)
