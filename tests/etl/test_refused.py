"""What a build left out is listed by source, counted honestly, with the nearest candidates."""

import pytest

from etl.errors import SourceError
from etl.refused import describe_refused, read_counts, read_refused
from tests.etl.test_lineage import paths  # noqa: F401 - the same published build of the fixtures


def test_rows_read_are_kept_refused_or_out_of_scope(paths):  # noqa: F811
    counts = read_counts(paths)
    assert (counts["rows_kept"] <= counts["rows_read"]).all()
    one = counts.set_index("source_code").loc["culture_musees"]
    assert (one["rows_read"], one["rows_rejected"]) == (12, 3)
    assert one["rows_kept"] == one["rows_read"] - one["rows_rejected"] - one["rows_excluded"]
    assert [sum(e.values()) for e in counts["excluded"]] == counts["rows_excluded"].tolist()


def test_an_unmatched_name_is_told_with_its_line_and_nearest_candidates(paths):  # noqa: F811
    posts = "wikidata_postes_diplomatiques"
    counts, rows = read_counts(paths, posts), read_refused(paths, posts)
    assert set(rows["source_code"]) == {posts}
    assert (counts["doubtful"].item(), counts["unmatched"].item()) == (1, 0)
    text = "\n".join(describe_refused(counts, rows))
    assert ":9  city 'Saint-Denis': doubtful place; nearest: Saint-Denis (93066), Saint-Denis (97411)" in text
    assert "1 excluded: collectivité d’outre-mer" in text


def test_an_unknown_source_is_told_with_those_that_are(paths):  # noqa: F811
    with pytest.raises(SourceError, match="culture_musees"):
        read_counts(paths, "nowhere")
