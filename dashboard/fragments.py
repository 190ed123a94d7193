"""The only module that writes the HTML of the tables that a page fetches when they are opened."""

from __future__ import annotations

import html
from collections.abc import Sequence

from flask import Response


def write_table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Response:
    """An HTML fragment; the first cell of each row is already HTML, the others are escaped here."""
    columns = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in head)
    lines = "".join(
        f'<tr><th scope="row">{row[0]}</th>' + "".join(f"<td>{html.escape(c)}</td>" for c in row[1:]) + "</tr>"
        for row in rows
    )
    text = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(caption)}">'
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{columns}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )
    return Response(text, mimetype="text/html")
