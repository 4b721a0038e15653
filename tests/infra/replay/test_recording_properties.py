"""Properties of recordings: the order of rows, reply links, broken lines, and texts."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.replay.recording import BadRow, read_recording
from tests.infra.replay.recordings import BRANDS, START, as_csv, as_json_lines, conversations, ids, row

SMALL = st.integers(1, 12)
FORESTS = st.dictionaries(SMALL, st.none() | SMALL, min_size=1, max_size=12)


def linked(forest):
    """Rows whose reply links are those of ``forest``, child to parent; a parent may be missing, or a circle."""
    return [
        row(child, in_reply_to_id=str(parent or ""), created_at=(START + timedelta(minutes=child)).isoformat())
        for child, parent in forest.items()
    ]


def read_content(content, folder, name="posts.csv", brands=BRANDS):
    path = folder / name
    path.write_text(content, encoding="utf-8", newline="")
    return read_recording(path, brands)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("recorded")


SHARED_FOLDER = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SHARED_FOLDER
@given(forest=FORESTS, data=st.data())
def test_the_order_of_the_rows_changes_nothing(folder, forest, data):
    rows = linked(forest)
    shuffled = data.draw(st.permutations(rows))
    assert read_content(as_csv(shuffled), folder) == read_content(as_csv(rows), folder)


@SHARED_FOLDER
@given(forest=FORESTS)
def test_posts_joined_by_a_link_share_a_conversation_and_others_do_not(folder, forest):
    found = conversations(read_content(as_csv(linked(forest)), folder))
    for child, parent in forest.items():
        assert found[str(child)] == (found.get(str(parent), str(parent)) if parent else str(child))
    assert len(set(found.values())) == components(forest)


def components(forest):
    """The number of groups that the links make, missing parents included, by merging sets."""
    groups = [{child, parent or child} for child, parent in forest.items()]
    merged = []
    for group in groups:
        for other in [other for other in merged if other & group]:
            merged.remove(other)
            group |= other
        merged.append(group)
    return len(merged)


BROKEN_LINES = ["{oops", '"', "", "1,2", "\udcff,x,y,z", "{}", "null", ",,,", '"a"b,c,d,e', "nan"]
BROKEN_LINES.append('9,2026-11-20T09:00:00Z,5,"open')
BREAKAGE = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(BROKEN_LINES)), max_size=4)


def is_broken(breakage):
    """Two stray quotes are no breakage: the first opens a text of many lines, and the second closes it."""
    return sum(line.count('"') % 2 for _, line in breakage) <= 1


@SHARED_FOLDER
@given(breakage=BREAKAGE.filter(is_broken), lines=st.booleans())
def test_bad_rows_never_remove_good_ones(folder, breakage, lines):
    good = [f"{number},2026-11-20T09:00:00Z,500,@NimbusAir post {number}" for number in range(1, 5)]
    if lines:
        good = [json.dumps(row(number)) for number in range(1, 5)]
    for at, broken in breakage:
        good.insert(at, broken)
    header = [] if lines else ["id,created_at,author_id,text"]
    content = "\n".join(header + good) + "\n"
    path = folder / ("posts.jsonl" if lines else "posts.csv")
    path.write_bytes(content.encode(errors="surrogateescape"))
    found = read_recording(path, BRANDS)
    assert [one for one in ids(found) if one != "9"] == ["1", "2", "3", "4"]
    assert all(isinstance(bad, BadRow) and bad.line <= content.count("\n") for bad in found.bad)


@SHARED_FOLDER
@given(texts=st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=5))
def test_a_text_is_never_altered(folder, texts):
    rows = [row(number, text=text) for number, text in enumerate(texts)]
    for content, name in ((as_csv(rows), "posts.csv"), (as_json_lines(rows), "posts.jsonl")):
        found = read_content(content, folder, name, brands=["NimbusAir"])
        assert [mention.text for mention in found.mentions] == texts
