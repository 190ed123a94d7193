"""Archives and encodings as publishers give them, the damaged and the untrustworthy among them."""

import io
import zipfile

import pytest

from etl.errors import FormatError
from etl.raw_files import decode, read_raw

WHERE = "demo, a.csv"


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def read_member(tmp_path):
    """Write an archive, then read its member `data.csv`."""

    def read_one(content: bytes) -> bytes:
        (tmp_path / "a.zip").write_bytes(content)
        return read_raw("demo, a.zip", tmp_path / "a.zip", "data.csv")

    return read_one


def test_a_file_that_is_not_there_says_what_to_run(tmp_path):
    with pytest.raises(FormatError, match=r"demo, a\.csv: the raw file is not there"):
        read_raw(WHERE, tmp_path / "a.csv")


def test_a_member_is_found_by_its_name_before_its_suffix(read_member):
    assert read_member(zipped(("meta_data.csv", b"no"), ("folder/DATA.csv", b"yes"))) == b"yes"


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
def test_an_archive_that_is_not_to_be_trusted_is_refused(read_member, members, said):
    with pytest.raises(FormatError, match=said):
        read_member(zipped(*members))


@pytest.mark.parametrize("place", range(0, 100, 7))
def test_an_archive_damaged_anywhere_is_refused_or_read_whole(read_member, place):
    content = b"code;total\n" + b"01001;1\n" * 20
    damaged = bytearray(zipped(("data.csv", content)))
    damaged[min(place, len(damaged) - 1)] ^= 0xFF
    where = ""
    try:
        read_back = read_member(bytes(damaged))
    except FormatError as error:
        where = error.where
    else:
        assert read_back == content
    assert where in ("", "demo, a.zip")


def test_another_encoding_names_the_line():
    with pytest.raises(FormatError, match=r"a\.csv, line 3: not utf-8 text"):
        decode(WHERE, "code;total\n1;a\n2;é\n".encode("latin-1"), "utf-8")


def test_utf8_where_latin_1_was_is_refused_rather_than_garbled():
    with pytest.raises(FormatError, match="utf-8 text instead of latin-1"):
        decode(WHERE, "code;total\n1;é\n".encode(), "latin-1")
