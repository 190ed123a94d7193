"""The kinds of damage that open data bring (PITFALLS §1), on files of a few lines."""

import pytest

from etl.card import Card, RawFile, Series
from etl.errors import FormatError
from etl.ingest import ingest
from etl.parsing import Parser
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


# -- 9: lines ------------------------------------------------------------------------------------------


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


# -- the sources of the small country --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [c for c, s in load_sources().items() if s.card.stage == "figures"])
def test_parsing_twice_gives_the_same_rows(code, territories):
    one, other = (parse_fixture(load_sources()[code], territories) for _ in range(2))
    assert one.figures.equals(other.figures)
    assert one.links.equals(other.links)
    assert one.rejected.equals(other.rejected)
