"""The kinds of damage that open data bring (PITFALLS §1), on files of a few lines."""

import io
import zipfile

import pytest

from etl.card import Card, RawFile, Series
from etl.errors import FormatError
from etl.ingest import ingest
from etl.parsing import Parser, read_numbers
from etl.registry import load_sources
from tests.etl.conftest import parse_fixture

CARD = Card(
    "demo",
    "P",
    "T",
    "L",
    "page",
    "2026",
    (RawFile("a.csv"),),
    series=(Series("s", "S", "u"), Series("m", "M", "u", aggregation="none")),
)


@pytest.fixture
def parser(tmp_path):
    def make(content: bytes, name: str = "a.csv") -> Parser:
        (tmp_path / name).write_bytes(content)
        return Parser(CARD, tmp_path)

    return make


def read(parser, text, columns=("code", "total"), encoding="utf-8", **options):
    return parser(text.encode(encoding)).read_csv("a.csv", columns, encoding=encoding, **options)


# -- 1 and 2: codes are text, from the first row to the last ---------------------------------------------------------


def test_a_leading_zero_survives_however_late_it_comes(parser):
    rows = read(parser, "code;total\n" + "".join(f"38185;{n}\n" for n in range(30_000)) + "01001;5\n")
    assert rows["code"].iloc[-1] == "01001"
    assert set(rows["code"].map(type)) == {str}


@pytest.mark.parametrize("code", ["1001", "1001.0", "1e3", "2a004", "O1001", "96001", "97501", "971051", ""])
def test_a_code_is_never_mended(territories, parser, code):
    p = parser(f"code;total\n{code};3\n38185;4\n".encode())
    rows = p.read_csv("a.csv", ("code", "total"))
    p.add_figures(rows, "s", code=rows["code"], year=2023, value=rows["total"])
    loaded = ingest(CARD, p.parsed(), territories)
    assert loaded.observation["territory_code"].tolist() == ["38185"]
    assert loaded.counts["rows_rejected"] + loaded.counts["rows_excluded"] == 1


def test_five_codes_without_their_zero_stop_the_source(territories, parser):
    p = parser(b"code;total\n" + b"".join(b"10%02d;3\n" % n for n in range(1, 6)) + b"38185;4\n")
    rows = p.read_csv("a.csv", ("code", "total"))
    p.add_figures(rows, "s", code=rows["code"], year=2023, value=rows["total"])
    with pytest.raises(FormatError, match=r"5 commune codes have lost their leading zero \('1001'\)"):
        ingest(CARD, p.parsed(), territories)


# -- 3, 4 and 5: Corse, arrondissements, old codes -------------------------------------------------------------------


def test_corse_arrondissements_and_old_codes_reach_todays_communes(territories, parser):
    p = parser(b"code;total\n2A004;1\n69381;2\n69385;3\n75101;4\n75056;5\n")
    rows = p.read_csv("a.csv", ("code", "total"))
    p.add_figures(rows, "s", code=rows["code"], year=2023, value=rows["total"])
    got = ingest(CARD, p.parsed(), territories).observation.set_index("territory_code")["value"].to_dict()
    assert got == {"2A004": 1.0, "69123": 5.0, "75056": 9.0}


def test_a_figure_that_cannot_be_summed_is_told_once(territories, parser):
    p = parser(b"code;total\n69381;20000\n69385;30000\n38185;25000\n38185;26000\n")
    rows = p.read_csv("a.csv", ("code", "total"))
    p.add_figures(rows, "m", code=rows["code"], year=2023, value=rows["total"])
    loaded = ingest(CARD, p.parsed(), territories)
    assert loaded.observation.set_index("territory_code").loc["38185", "value"] == 25_000.0
    assert (loaded.rejected_row["reason"] == "second figure for the same key").sum() == 2


# -- 7: secret, absent, zero -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["s", "ND", "nd", "NC", "-", "*", "N/A - résultat non disponible"])
def test_a_declared_secret_is_neither_zero_nor_refused(parser, mark):
    rows = read(parser, f"code;total\n01001;{mark}\n01002;0\n01004;\n")
    numbers = read_numbers(rows["total"], secret=(mark,))
    assert numbers.secret.tolist() == [True, False, False]
    assert numbers.value.isna().tolist() == [True, False, True]
    assert not numbers.refused.any()


@pytest.mark.parametrize("mark", ["s", "ND", "n.d.", "***", "inf", "nan"])
def test_an_undeclared_mark_is_refused_not_guessed(parser, mark):
    rows = read(parser, f"code;total\n01001;{mark}\n")
    assert read_numbers(rows["total"]).refused.tolist() == [True]


# -- 8: numbers ------------------------------------------------------------------------------------------------------

FRENCH = {"decimal": ",", "thousands": " \u00a0\u202f"}


@pytest.mark.parametrize(
    ("text", "number_format", "value"),
    [
        ("12.5", {}, 12.5),
        ("12,5", FRENCH, 12.5),
        ("1 234,5", FRENCH, 1234.5),
        ("1\u00a0234", FRENCH, 1234.0),
        ("1\u202f234\u202f567", FRENCH, 1234567.0),
        (" 7 ", {}, 7.0),
        ("-3", {}, -3.0),
    ],
)
def test_a_figure_is_read_in_its_declared_format(parser, text, number_format, value):
    rows = read(parser, f"code;total\n01001;{text}\n")
    assert read_numbers(rows["total"], **number_format).value.tolist() == [value]


@pytest.mark.parametrize(
    ("text", "number_format"), [("12,5", {}), ("1 234", {}), ("12.5", FRENCH), ("12 %", {}), ("1.2.3", {})]
)
def test_a_figure_in_another_format_is_refused(parser, text, number_format):
    rows = read(parser, f"code;total\n01001;{text}\n")
    numbers = read_numbers(rows["total"], **number_format)
    assert (numbers.refused.tolist(), numbers.value.isna().tolist()) == ([True], [True])


# -- 9: encodings and lines ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("boms", [0, 1, 2])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_marks_of_utf8_and_line_ends_change_nothing(parser, boms, end):
    p = parser(b"\xef\xbb\xbf" * boms + f"code;total{end}01001;é{end}".encode())
    rows = p.read_csv("a.csv", ("code", "total"))
    assert rows.to_dict("list") == {"code": ["01001"], "total": ["é"]}
    assert rows.index.tolist() == [2]


def test_a_quoted_line_end_keeps_the_lines_of_the_file(parser):
    rows = read(parser, 'code;total\n01001;"a\nb"\n\n01002;c\n')
    assert rows["total"].tolist() == ["a\nb", "c"]
    assert rows.index.tolist() == [2, 5]


def test_another_encoding_names_the_line(parser):
    with pytest.raises(FormatError, match=r"a\.csv, line 3: not utf-8 text"):
        parser("code;total\n1;a\n2;é\n".encode("latin-1")).read_csv("a.csv", ("code", "total"))


def test_utf8_where_latin_1_was_is_refused_rather_than_garbled(parser):
    with pytest.raises(FormatError, match="utf-8 text instead of latin-1"):
        parser("code;total\n1;é\n".encode()).read_csv("a.csv", ("code", "total"), encoding="latin-1")


# -- 10: headers -----------------------------------------------------------------------------------------------------


def test_a_renamed_column_is_named_with_what_stands_there(parser):
    with pytest.raises(FormatError, match=r"demo, a\.csv: column 'total' is missing; the file has: 'code', 'totaux'"):
        read(parser, "code;totaux\n01001;1\n")


def test_title_rows_stand_above_the_header(parser):
    rows = read(parser, "Titre\n\ncode;total\n01001;1\n".replace("\n\n", "\nsous-titre\n"), header=2)
    assert (rows["total"].tolist(), rows.index.tolist()) == (["1"], [4])


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("P18_POP;P13_POP", {2013: "P13_POP", 2018: "P18_POP"}),
        ("P22_POP;x", {2022: "P22_POP"}),
        ("P2022_POP;x", {2022: "P2022_POP"}),
    ],
)
def test_the_year_comes_from_the_column_name(parser, names, found):
    p = parser(f"{names}\n1;2\n".encode())
    assert p.find_columns(p.read_csv("a.csv", ("*",)), r"P(\d{2}|\d{4})_POP") == found


def test_no_column_of_that_stem_is_said(parser):
    p = parser(b"POP;x\n1;2\n")
    with pytest.raises(FormatError, match="the file has: 'POP', 'x'"):
        p.find_columns(p.read_csv("a.csv", ("*",)), r"P(\d\d)_POP")


# -- 11 and 13: rows that are not what they seem ---------------------------------------------------------------------


def test_a_row_twice_in_the_file_counts_once(parser):
    p = parser(b"code;total;x\n01001;1;a\n01001;1;b\n01001;1;a\n")
    assert p.read_csv("a.csv", ("code", "total")).index.tolist() == [2, 3], "alike but not the same"
    assert p.parsed().rejected[["line", "reason"]].to_numpy().tolist() == [[4, "the very same row stands above"]]
    assert p.parsed().rows_read == 3


def test_a_record_twice_in_a_list_counts_once(parser):
    p = parser(b'[{"code": "1", "x": 1}, {"code": "1", "x": 2}, {"code": "1", "x": 1}]', "a.json")
    assert p.read_records("a.json", ("code",)).index.tolist() == [1, 2]


def test_a_separator_in_a_name_shifts_no_column_in_silence(parser):
    p = parser(b"code;name;total\n01001;a;1\n01002;b;c;2\n01004;d;3\n01005;e\n")
    rows = p.read_csv("a.csv", ("code", "total"))
    assert rows["total"].tolist() == ["1", "3"]
    assert p.parsed().rejected["value"].tolist() == ["4 cells", "2 cells"]


def test_a_separator_at_the_end_of_every_row_stops_the_source(parser):
    with pytest.raises(FormatError, match="the header has 2 cells and most rows have 3: the columns have shifted"):
        read(parser, "code;total\n01001;1;\n01002;2;\n")


# -- archives --------------------------------------------------------------------------------------------------------


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def test_a_member_is_found_by_its_name_before_its_suffix(parser):
    p = parser(zipped(("meta_data.csv", b"no"), ("folder/DATA.csv", b"yes")), "a.zip")
    assert p.read_bytes("a.zip", "data.csv") == b"yes"


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([("../data.csv", b"x")], "'../data.csv' points outside the archive"),
        ([("/etc/data.csv", b"x")], "points outside the archive"),
        ([("a\\..\\..\\data.csv", b"x")], "points outside the archive"),
        ([("data.csv", bytes(60_000_000))], "zip bomb"),
        ([("inner.zip", zipped(("data.csv", b"x")))], r"0 members end in 'data.csv' \(it holds: inner.zip\)"),
        ([("a/data.csv", b"x"), ("b/data.csv", b"y")], "2 members end in 'data.csv'"),
    ],
)
def test_an_archive_that_is_not_to_be_trusted_is_refused(parser, members, said):
    with pytest.raises(FormatError, match=said):
        parser(zipped(*members), "a.zip").read_bytes("a.zip", "data.csv")


@pytest.mark.parametrize("place", range(0, 100, 7))
def test_an_archive_damaged_anywhere_is_refused_or_read_whole(parser, place):
    content = b"code;total\n" + b"01001;1\n" * 20
    damaged = bytearray(zipped(("data.csv", content)))
    damaged[min(place, len(damaged) - 1)] ^= 0xFF
    where = ""
    try:
        read_back = parser(bytes(damaged), "a.zip").read_bytes("a.zip", "data.csv")
    except FormatError as error:
        where = error.where
    else:
        assert read_back == content
    assert where in ("", "demo, a.zip")


# -- the sources of the small country --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [c for c, s in load_sources().items() if s.card.stage == "figures"])
def test_parsing_twice_gives_the_same_rows(code, territories):
    one, other = (parse_fixture(load_sources()[code], territories) for _ in range(2))
    assert one.figures.equals(other.figures)
    assert one.links.equals(other.links)
    assert one.rejected.equals(other.rejected)
