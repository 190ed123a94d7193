"""Whatever happens at one publisher: what is published then, and what is said. None ends in a wrong figure in silence.

Each case damages one source of a published product served over HTTP, refreshes, and looks at the published build.
"""

import io
import json
import re
import shutil
import socket
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from etl.warehouse import find_current, open_current
from indicators.refresh import EXIT_OK, EXIT_STALE
from tests.etl import publisher
from tests.etl.publisher import Publisher, publish_folder
from tests.etl.small import copy_mirror, refresh_small

MUSEUMS = "culture_musees/entrees_et_categories_de_public.csv"
COMPARATOR = "insee_comparateur/base_cc_comparateur_csv.zip"
COMMUNES, EPCI = "etalab_decoupage/communes.json", "etalab_decoupage/epci.json"
CONTOURS = "contours_communes/communes_2026_300m.topojson"
HEADER = "IDPatrimostat;nom_du_musee;codeInseeCommune;annee;total"
PLACES = ("38185", "38421", "01015", "01340", "69381", "2A004")


def museum_lines() -> list[str]:
    """120 rows: ten museums in each of six communes, two years."""
    rows = [(f"m{p}{n}", f"musée n° {n}", p, y, 1000 + 10 * n) for y in (2022, 2023) for p in PLACES for n in range(10)]
    return [";".join(map(str, row)) for row in rows]


GRENOBLE = 20_900.0  # two communes × (10 × 1,000 + 10 × 45)


def write_museums(site: Path, lines: list[str], *, header: str = HEADER, encoding: str = "utf-8") -> None:
    (site / MUSEUMS).write_bytes("".join(line + "\n" for line in [header, *lines]).encode(encoding))


def rewrite(change: Callable[[list[str]], list[str]]) -> Callable[[Publisher], None]:
    return lambda server: write_museums(server.folder, change(museum_lines()))


def answer(path: str, *answers: publisher.Answer, forever: bool = True) -> Callable[[Publisher], None]:
    def damage(server: Publisher) -> None:
        server.answers[f"/{path}"] = answers[0] if forever else list(answers)
        if not forever:  # a new edition, else nothing would have to be downloaded
            file = server.folder / path
            file.write_bytes(file.read_bytes() + b"\n")

    return damage


def zip_of(members: dict[str, bytes], **options) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def encrypt(archive: bytes) -> bytes:
    """Set the flag of an encrypted member, in its own header and in the directory."""
    local, listed = archive.index(b"PK\x03\x04") + 6, archive.index(b"PK\x01\x02") + 8
    content = bytearray(archive)
    content[local] |= 1
    content[listed] |= 1
    return bytes(content)


def comparator_csv(site: Path) -> bytes:
    with zipfile.ZipFile(site / COMPARATOR) as archive:
        return archive.read("base_cc_comparateur.CSV")


def rezip(make: Callable[[bytes], bytes]) -> Callable[[Publisher], None]:
    """Replace the comparator's archive by what `make` makes of its table."""
    return lambda server: (server.folder / COMPARATOR).write_bytes(make(comparator_csv(server.folder)))


def flip_bytes(server: Publisher) -> None:
    content = bytearray((server.folder / COMPARATOR).read_bytes())
    content[80:140] = bytes(255 - b for b in content[80:140])
    (server.folder / COMPARATOR).write_bytes(bytes(content))


def halve_json(path: str) -> Callable[[Publisher], None]:
    def damage(server: Publisher) -> None:
        records = json.loads((server.folder / path).read_text(encoding="utf-8"))
        (server.folder / path).write_text(json.dumps(records[: len(records) // 2]), encoding="utf-8")

    return damage


def keep_only(path: str, content: bytes) -> Callable[[Publisher], None]:
    return lambda server: (server.folder / path).write_bytes(content) and None


def unresolved(server: Publisher) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    server.answers[f"/{MUSEUMS}"] = publisher.redirect(f"http://127.0.0.1:{port}/gone")


def turn(line: str) -> str:
    return ";".join(reversed(line.split(";")))


def lose_zeros(lines: list[str]) -> list[str]:
    return [line.replace(";01", ";1") for line in lines]


def as_french_text(lines: list[str]) -> list[str]:
    return [re.sub(r";1(\d{3})$", "; 1\u202f\\1,0 ", line) for line in lines]


def swap_columns(lines: list[str]) -> list[str]:
    return [";".join([*c[:3], c[4], c[3]]) for c in (line.split(";") for line in lines)]


@dataclass(frozen=True)
class Fault:
    """What happens at a publisher.

    Attributes:
        damage: Does it.
        said: Pattern found in what the refresh says.
        source: Where it happens.
        state: State of that source in the published build.
        refused: Pattern of a reason that must stand in `rejected_row`.
    """

    damage: Callable[[Publisher], None]
    said: str
    source: str = "culture_musees"
    state: str = "stale"
    refused: str = ""


def zipped(damage, said):
    return Fault(damage, said, "insee_comparateur")


FAULTS = {
    # the network
    "refused connection": Fault(unresolved, "Connection refused"),
    "silence": Fault(answer(MUSEUMS, publisher.silence), "timed out"),
    "stalled body": Fault(answer(MUSEUMS, publisher.stall), "timed out"),
    "body without end": Fault(answer(MUSEUMS, publisher.drip), "no end in sight"),
    "404": Fault(answer(MUSEUMS, publisher.status(404)), "answers 404"),
    "410": Fault(answer(MUSEUMS, publisher.status(410)), "answers 410"),
    "500 for good": Fault(answer(MUSEUMS, publisher.status(500)), "answers 500"),
    "500 then 200": Fault(answer(MUSEUMS, publisher.status(500), forever=False), "Published", state="fresh"),
    "429 with Retry-After then 200": Fault(
        answer(MUSEUMS, publisher.status(429, Retry_After="0"), forever=False), "Published", state="fresh"
    ),
    "redirect": Fault(
        answer(MUSEUMS, publisher.redirect(f"/./{MUSEUMS}"), forever=False), "Published", state="fresh"
    ),
    "redirect loop": Fault(answer(MUSEUMS, publisher.redirect(f"/{MUSEUMS}")), "redirects in a loop"),
    "web page with status 200": Fault(answer(MUSEUMS, publisher.body(b"<html>non</html>")), "a web page came"),
    "truncated body": Fault(answer(MUSEUMS, publisher.truncate), "IncompleteRead"),
    "empty file": Fault(keep_only(MUSEUMS, b""), "the body is empty"),
    # archives
    "corrupt zip": zipped(flip_bytes, "the archive is corrupt"),
    "cut zip": zipped(rezip(lambda table: zip_of({"base_cc_comparateur.CSV": table})[:-60]), "the archive is corrupt"),
    "zip bomb": zipped(
        rezip(lambda table: zip_of({"base_cc_comparateur.CSV": table, "more": bytes(60_000_000)})), "zip bomb"
    ),
    "path traversal in a zip": zipped(
        rezip(lambda table: zip_of({"../../base_cc_comparateur.CSV": table})), "points outside the archive"
    ),
    "nested zip": zipped(
        rezip(lambda table: zip_of({"inner.zip": zip_of({"base_cc_comparateur.CSV": table})})), "0 members end in"
    ),
    "encrypted zip": zipped(rezip(lambda table: encrypt(zip_of({"base_cc_comparateur.CSV": table}))), "encrypted"),
    # the table
    "wrong encoding": Fault(lambda s: write_museums(s.folder, museum_lines(), encoding="latin-1"), "line 2: not utf-8"),
    "header only": Fault(lambda s: write_museums(s.folder, []), "a header and no row"),
    "renamed column": Fault(
        lambda s: write_museums(s.folder, museum_lines(), header=HEADER.replace("total", "total_entrees")),
        "column 'total' is missing; the file has: .*'total_entrees'",
    ),
    "columns in another order": Fault(
        lambda s: write_museums(s.folder, [turn(line) for line in museum_lines()], header=turn(HEADER)),
        "Published", state="fresh",
    ),
    "separator at the end of every row": Fault(rewrite(lambda lines: [x + ";" for x in lines]), "have shifted"),
    "separator inside a name": Fault(
        rewrite(lambda lines: [lines[0].replace("musée n°", "musée;n°"), *lines[1:]]),
        "Published", state="fresh", refused="has not the 5 cells",
    ),
    "swapped columns": Fault(rewrite(swap_columns), "rows kept|figures? of|total of"),
    "lost leading zeros": Fault(rewrite(lose_zeros), "lost their leading zero"),
    "figures as text with spaces and commas": Fault(rewrite(as_french_text), "rows kept: 0 instead of 120"),
    "one figure as text": Fault(
        rewrite(lambda lines: [*lines[:-1], lines[-1].replace(";1090", ";1 090")]),
        "Published", state="fresh", refused="not a figure of musees_visiteurs",
    ),
    "a year that is no year": Fault(
        rewrite(lambda lines: [lines[0].replace(";2022;", ";n.d.;"), *lines[1:]]), "not laid out as expected .*n\\.d\\."
    ),
    "duplicated rows": Fault(
        rewrite(lambda lines: lines + lines[:12]), "Published", state="fresh", refused="the very same row stands above"
    ),
    "the whole file twice": Fault(
        rewrite(lambda lines: lines * 2), "Published", state="fresh", refused="the very same row stands above"
    ),
    "half of the rows gone": Fault(rewrite(lambda lines: lines[::2]), "rows kept: 60 instead of 120, .* 5% fewer"),
    "a year missing": Fault(
        rewrite(lambda lines: [x for x in lines if ";2022;" not in x]), "rows kept: 60 instead of 120"
    ),
    "a year replaced by another": Fault(
        rewrite(lambda lines: [x.replace(";2022;", ";2021;") for x in lines]), "the total of musees.* 2022 goes from"
    ),
    "all its territories but one gone": Fault(
        rewrite(lambda lines: [re.sub(r";(\d\w\d{3});", ";38185;", x) for x in lines]),
        "territories with a figure of musees.*: 1 instead of",
    ),
    "a total that jumps": Fault(
        rewrite(lambda lines: [re.sub(r";(\d+)$", r";\g<1>000", x) for x in lines]),
        "the total of musees_visiteurs 2022 goes from 62,700 to 62,700,000",
    ),
    # the geography, in which everything else is placed
    "half of the communes gone": Fault(halve_json(COMMUNES), "instead of", "etalab_decoupage"),
    "half of the EPCI gone": Fault(halve_json(EPCI), "instead of", "etalab_decoupage"),
    "a geography of another shape": Fault(
        keep_only(EPCI, b'[{"code": "1"}]'), "column 'nom' is missing", "etalab_decoupage"
    ),
    "contours of another shape": Fault(
        keep_only(CONTOURS, b'{"objects": {}}'), "not laid out as expected", "contours_communes"
    ),
    "contours cut short": Fault(keep_only(CONTOURS, b'{"objects": {"a": '), "not valid JSON", "contours_communes"),
}  # fmt: skip


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """A product published from a sound mirror, and its publisher."""
    root = tmp_path_factory.mktemp("faults")
    site = copy_mirror(root / "pristine")
    write_museums(site, museum_lines())
    shutil.copytree(site, root / "site")
    with publish_folder(root / "site") as server:
        assert refresh_small(root / "data", server.address)[0] == EXIT_OK
        yield root, server


@pytest.fixture
def case(product, tmp_path):
    """A copy of the product's data, and its publisher, sound again."""
    root, server = product
    shutil.copytree(root / "data", tmp_path / "data", symlinks=True)
    yield tmp_path / "data", server
    server.answers.clear()
    shutil.rmtree(server.folder)
    shutil.copytree(root / "pristine", server.folder)


def ask(data: Path, query: str, *values: object) -> list[tuple]:
    with open_current(data / "warehouse") as con:
        return con.execute(query, list(values)).fetchall()


def figures(data: Path) -> list[tuple]:
    """Every figure published for EPCI, but those of the rows that a case refuses on purpose."""
    return ask(data, "SELECT territory_code, series_code, year, value FROM observation WHERE level = 'epci' "
                     "AND territory_code <> '200046977' AND series_code NOT LIKE 'musees%' ORDER BY ALL")  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_said_and_publishes_no_wrong_figure(case, fault):
    data, server = case
    before = figures(data)
    fault.damage(server)
    code, said = refresh_small(data, server.address)
    text = "\n".join(said)
    assert re.search(fault.said, text), text
    assert code == (EXIT_OK if fault.state == "fresh" else EXIT_STALE)
    states = dict(ask(data, "SELECT source_code, state FROM source"))
    assert states.pop(fault.source) == fault.state
    assert set(states.values()) == {"fresh"}, "the other sources are as they were"
    assert figures(data) == before
    grenoble = ask(data, "SELECT value FROM observation WHERE level = 'epci' AND territory_code = '200040715' "
                         "AND series_code = 'musees_visiteurs' AND year = 2023")  # fmt: skip
    assert grenoble == [(GRENOBLE,)]
    if fault.state == "stale":
        message, seen = ask(data, "SELECT message, retrieved_at FROM source WHERE source_code = ?", fault.source)[0]
        assert re.search(fault.said, message)
        assert seen is not None
        assert len([line for line in said if line.startswith(f"stale  {fault.source}")]) == 1, "one line a fault"
    if fault.refused:
        reasons = ask(data, "SELECT reason FROM rejected_row WHERE source_code = ?", fault.source)
        assert any(re.search(fault.refused, reason) for (reason,) in reasons)


def test_a_source_that_recovers_is_fresh_again(case):
    data, server = case
    server.answers[f"/{MUSEUMS}"] = publisher.status(404)
    assert refresh_small(data, server.address)[0] == EXIT_STALE
    server.answers.clear()
    assert refresh_small(data, server.address)[0] == EXIT_OK
    assert ask(data, "SELECT state, message FROM source WHERE source_code = 'culture_musees'") == [("fresh", "")]


def test_the_same_fault_again_makes_no_new_build(case):
    data, server = case
    server.answers[f"/{MUSEUMS}"] = publisher.status(404)
    refresh_small(data, server.address)
    build = find_current(data / "warehouse")
    code, said = refresh_small(data, server.address)
    assert (code, find_current(data / "warehouse")) == (EXIT_STALE, build)
    assert any("answers 404" in line for line in said)


def test_what_was_held_back_is_published_once_accepted(case):
    data, server = case
    write_museums(server.folder, museum_lines()[::2])
    assert refresh_small(data, server.address)[0] == EXIT_STALE
    code, said = refresh_small(data, server.address)
    assert code == EXIT_STALE, "it is held back until accepted"
    assert "make refresh ACCEPT=culture_musees" in "\n".join(said)
    assert refresh_small(data, server.address, accept=["culture_musees"])[0] == EXIT_OK
    rows = ask(data, "SELECT rows_kept, state FROM source WHERE source_code = 'culture_musees'")
    assert rows == [(60, "fresh")]
    assert refresh_small(data, server.address)[0] == EXIT_OK, "and stays accepted"


def test_a_held_back_geography_places_nothing(case):
    data, server = case
    before = ask(data, "SELECT level, count(*) FROM territory GROUP BY ALL ORDER BY ALL")
    halve_json(COMMUNES)(server)
    write_museums(server.folder, [*museum_lines()[:-1], museum_lines()[-1].replace(";1090", ";1091")])
    assert refresh_small(data, server.address)[0] == EXIT_STALE
    assert ask(data, "SELECT level, count(*) FROM territory GROUP BY ALL ORDER BY ALL") == before
    ajaccio = "SELECT value FROM observation WHERE territory_code = '2A004' AND series_code = ? AND year = 2023"
    assert ask(data, ajaccio, "musees_visiteurs") == [(10_451.0,)], "what is new elsewhere is published all the same"
