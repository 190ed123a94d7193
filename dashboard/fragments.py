"""The only module that writes the HTML of the tables that a page fetches when they are opened."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

from flask import Response

from dashboard.words import ABSENT

NUMBER: Final = r"[+\u2212-]?\d[\d\u202f]*(,\d+)?(ʳᵉ|ᵉ)?([\u00a0\u202f]?[%‰€])?"
FIGURE: Final = re.compile(rf"{NUMBER}( à {NUMBER})?")


def _class(rows: Sequence[Sequence[str]], place: int) -> str:
    """The class of a column: figures (a number, a place, two ends) when every cell that is known holds one."""
    known = [row[place] for row in rows if row[place] not in ("", ABSENT)]
    return ' class="figure-cell"' if known and all(FIGURE.fullmatch(cell) for cell in known) else ""


def write_table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Response:
    """An HTML fragment; the first cell of each row is already HTML, the others are escaped here.

    A column of figures alone is aligned to the right.
    """
    kinds = [""] + [_class(rows, place) for place in range(1, len(head))]
    columns = "".join(f'<th scope="col"{kind}>{html.escape(h)}</th>' for h, kind in zip(head, kinds, strict=True))
    lines = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td{kind}>{html.escape(c)}</td>" for c, kind in zip(row[1:], kinds[1:], strict=True))
        + "</tr>"
        for row in rows
    )
    text = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(caption)}">'
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{columns}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )
    return Response(text, mimetype="text/html")
