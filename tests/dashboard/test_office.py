"""Files opened by a real office suite, in French: accents, decimals, codes kept as text, no formula run."""

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dashboard.exports import Sheet, write_csv, write_xlsx

OFFICE = shutil.which("soffice")
ROWS = [
    ["01001", "L'Abergement-Clémenciat", 0.5, 12],
    ["2A004", '=HYPERLINK("https://example.org";"clic")', 1234.25, None],
    ["97411", "+33 @ -1", -3.75, 1],
    ["200040715", "Évry-sur-Œuvre", 1_000_000.0, 1255],
]
SHEET = Sheet(
    ("Attractivité × Rayonnement, édition 2026", "Licence Ouverte 2.0"), ("Code", "Nom", "Score", "Rang"), ROWS
)


@pytest.fixture(scope="module")
def convert(tmp_path_factory):
    """Opens a file in LibreOffice, in French, and saves it in another format."""
    if OFFICE is None:
        pytest.skip("LibreOffice is not on this machine")
    folder = tmp_path_factory.mktemp("office")

    def converted(name: str, body: bytes, to: str, *options: str) -> Path:
        source = folder / name
        source.write_bytes(body)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        subprocess.run(
            [OFFICE, profile, "--headless", *options, "--convert-to", to, "--outdir", str(folder), str(source)],
            check=True, capture_output=True, env=os.environ | {"LANG": "fr_FR.UTF-8", "HOME": str(folder)}, timeout=240,
        )  # fmt: skip
        return source.with_suffix(f".{to.partition(':')[0]}")

    return converted


def read_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_a_workbook_keeps_codes_as_text_and_runs_no_formula(convert):
    saved = convert("figures.xlsx", write_xlsx(SHEET, "Classement"), "csv:Text - txt - csv (StarCalc):44,34,76,1")
    rows = read_rows(saved)
    assert rows[0] == ["Code", "Nom", "Score", "Rang"]
    assert [row[0] for row in rows[1:]] == ["01001", "2A004", "97411", "200040715"]
    assert rows[2][1].startswith("=HYPERLINK(")  # the text, not what it would have done
    assert rows[1][1] == "L'Abergement-Clémenciat"
    assert [float(row[2].replace(",", ".")) for row in rows[1:]] == [0.5, 1234.25, -3.75, 1_000_000.0]


def test_a_csv_opens_as_a_table_with_its_accents_and_its_decimals(convert):
    french = "--infilter=Text - txt - csv (StarCalc):59,34,76,1,,1036"
    saved = convert("figures.csv", write_csv(SHEET).encode(), "xlsx", french)
    rows = [[cell.value for cell in row] for row in load_workbook(saved).active.iter_rows()]
    head = next(place for place, row in enumerate(rows) if row[0] == "Code")
    assert "Attractivité × Rayonnement" in str(rows[0][0])
    assert [row[2] for row in rows[head + 1 :]] == [0.5, 1234.25, -3.75, 1_000_000.0]
    assert rows[head + 4][1] == "Évry-sur-Œuvre"
    assert all(not str(row[1]).startswith("=") for row in rows[head + 1 :])


@pytest.mark.parametrize("suffix", ["docx", "pptx"])
def test_the_papers_of_a_territory_open(convert, client, suffix):
    body = client.get(f"/territoire/200040715/fiche.{suffix}").data
    assert convert(f"fiche.{suffix}", body, "pdf").read_bytes().startswith(b"%PDF")
