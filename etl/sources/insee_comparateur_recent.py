"""INSEE's comparator of territories, newest edition: the same series as `insee_comparateur`, for later years.

Traps: the address is always that of the newest edition, so that its years change every summer (the source is then held
back, until the change is accepted); those of the header are told in `insee_comparateur`, which reads both.
"""

from __future__ import annotations

from etl.card import Card, RawFile
from etl.parsing import Parser
from etl.sources.insee_comparateur import FILE, PAGE, SERIES, parse_edition

CARD = Card(
    code="insee_comparateur_recent",
    producer="INSEE",
    title="Base du comparateur de territoires, dernière édition",
    licence="Licence Ouverte 2.0",
    page=PAGE,
    vintage="RP2022",
    files=(RawFile(FILE, f"https://www.insee.fr/fr/statistiques/fichier/2521169/{FILE}"),),
    series=SERIES,
    mode="live",
    period="yearly",
    note="Mayotte n’y figure pas. Les naissances et décès d’une période autre que cinq ans y sont ramenés et marqués "
    "comme estimés.",
)


def parse(p: Parser) -> None:
    """Every series of the edition, whatever its years."""
    parse_edition(p)
