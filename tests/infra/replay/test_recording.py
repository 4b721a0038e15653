"""Recorded posts: what a file holds comes through, what it lacks is derived, what is broken is told."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.replay.recording import BadRow, Recording, RecordingError, read_recording

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BRANDS = ["@NimbusAir", "CordialCable"]


def row(post_id, **columns):
    """A post that is sound, apart from what ``columns`` says."""
    sound = {
        "id": str(post_id),
        "created_at": "2026-11-20T09:00:00Z",
        "author_id": "500",
        "text": "@NimbusAir where is my bag?",
    }
    return sound | columns


def as_csv(rows):
    columns = list(dict.fromkeys(column for values in rows for column in values))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_json_lines(rows):
    return "".join(json.dumps(values, ensure_ascii=False) + "\n" for values in rows)


@pytest.fixture
def recording(tmp_path):
    """Reads what a test writes: rows (as CSV), text or bytes."""

    def write_and_read(content, name="posts.csv", brands=BRANDS) -> Recording:
        if isinstance(content, list):
            content = as_csv(content)
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_recording(path, brands)

    return write_and_read


def ids(found):
    return [mention.id for mention in found.mentions]


def conversations(found):
    return {mention.id: mention.conversation_id for mention in found.mentions}


def test_every_known_column_comes_through(recording):
    given_row = row(
        7,
        author_handle="@lena",
        author_name="Lena",
        followers="1200.0",
        verified="true",
        reposts="41.0",
        lang="en",
        conversation_id="3.0",
        in_reply_to_id="5.0",
        quoted_id="6",
        mood="cross",
    )
    found = recording([given_row])
    (mention,) = found.mentions
    assert found.bad == []
    assert mention.to_record() == {
        "version": 1,
        "source": "x",
        "id": "7",
        "author": {"id": "500", "handle": "lena", "name": "Lena", "followers": 1200, "verified": True},
        "text": "@NimbusAir where is my bag?",
        "created_at": "2026-11-20T09:00:00.000Z",
        "conversation_id": "3",
        "brand": "NimbusAir",
        "own": False,
        "language": "en",
        "in_reply_to_id": "5",
        "reposted_id": None,
        "quoted_id": "6",
        "link": "https://x.com/lena/status/7",
        "baseline": False,
        "reposts": 41,
    }


def test_json_lines_and_csv_say_the_same(recording):
    rows = [row(1), row(2, in_reply_to_id="1", text='two\nlines, a comma, a "quote" and 🎉'), row(3, followers="12")]
    in_csv = recording(rows)
    assert recording(as_json_lines(rows), "posts.jsonl") == in_csv
    numbers = [values | {"id": int(values["id"]), "followers": 12} for values in rows[2:]]
    assert recording(as_json_lines(rows[:2] + numbers), "other.txt").mentions == in_csv.mentions


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Tue Oct 31 22:14:28 +0000 2017", datetime(2017, 10, 31, 22, 14, 28, tzinfo=UTC)),
        ("2017-10-31T22:14:28Z", datetime(2017, 10, 31, 22, 14, 28, tzinfo=UTC)),
        ("2017-10-31T23:14:28.500+01:00", datetime(2017, 10, 31, 22, 14, 28, 500_000, tzinfo=UTC)),
    ],
)
def test_both_ways_to_write_a_time_are_read(recording, written, meant):
    assert recording([row(1, created_at=written)]).mentions[0].created_at == meant


@pytest.mark.parametrize("nothing", ["", "nan", "NaN", "null", "None"])
def test_the_ways_to_write_nothing(recording, nothing):
    links, others = ("in_reply_to_id", "reposted_id", "quoted_id"), ("conversation_id", "lang", "author_handle")
    columns = (*links, *others, "followers", "reposts")
    (mention,) = recording([row(1, **dict.fromkeys(columns, nothing))]).mentions
    assert (mention.in_reply_to_id, mention.reposted_id, mention.quoted_id, mention.language) == (None,) * 4
    assert (mention.conversation_id, mention.author.handle) == ("1", None)
    assert (mention.author.followers, mention.reposts) == (None, None)


def test_posts_come_oldest_first_and_ids_count_as_numbers(recording):
    rows = [row(100), row(20), row(9), row(8, created_at="2026-11-20T10:00:00Z"), row("at-the-end")]
    assert ids(recording(rows)) == ["9", "20", "100", "at-the-end", "8"]


def test_a_repost_is_known_as_one(recording):
    assert recording([row(1), row(2, reposted_id="1")]).mentions[1].is_repost


def test_a_link_needs_a_number(recording):
    assert [mention.link for mention in recording([row(1), row("abc")]).mentions] == [
        "https://x.com/i/web/status/1",
        None,
    ]


def test_another_source_has_no_link_of_x_and_ids_of_its_own(recording):
    found = recording([row(1), row(1, source="mastodon", text="other"), row(2, source="mastodon", in_reply_to_id="1")])
    assert found.bad == []
    assert {mention.key: mention.link for mention in found.mentions} == {
        "x#1": "https://x.com/i/web/status/1",
        "mastodon#1": None,
        "mastodon#2": None,
    }


class TestBrand:
    def test_the_brand_is_known_by_handle_or_by_an_id_that_is_its_handle(self, recording):
        found = recording([row(1, author_id="nimbusair"), row(2, author_handle="@NIMBUSAIR"), row(3)])
        assert [mention.own for mention in found.mentions] == [True, True, False]
        assert found.mentions[0].author.handle == "NimbusAir"

    def test_the_brand_named_first(self, recording):
        found = recording([row(1, text="hey @someone @cordialcable and @NimbusAir")])
        assert found.mentions[0].brand == "CordialCable"

    def test_the_brand_that_is_answered(self, recording):
        rows = [
            row(1, text="it is down"),
            row(2, author_id="CordialCable", text="@500 What's the issue?", in_reply_to_id="1"),
            row(3, text="everything", in_reply_to_id="2"),
            row(4, text="really everything", in_reply_to_id="3"),
        ]
        found = recording(rows)
        assert {mention.brand for mention in found.mentions} == {"CordialCable"}

    def test_the_brand_that_another_post_of_the_conversation_names(self, recording):
        rows = [row(1, text="@CordialCable down again"), row(2, text="still down", in_reply_to_id="1")]
        assert {mention.brand for mention in recording(rows).mentions} == {"CordialCable"}

    def test_a_post_of_the_brand_is_its_own_even_when_it_names_another(self, recording):
        found = recording([row(1, author_id="CordialCable", text="@NimbusAir nice planes")])
        assert (found.mentions[0].brand, found.mentions[0].own) == ("CordialCable", True)

    def test_else_the_first_brand_given(self, recording):
        assert recording([row(1, text="my bag is gone")]).mentions[0].brand == "NimbusAir"


class TestConversation:
    def test_it_is_the_post_where_the_links_end(self, recording):
        rows = [row(4, in_reply_to_id="2"), row(2, in_reply_to_id="1"), row(1), row(3)]
        assert conversations(recording(rows)) == {"1": "1", "2": "1", "3": "3", "4": "1"}

    def test_answers_to_one_missing_post_share_it(self, recording):
        rows = [row(11, in_reply_to_id="9"), row(12, in_reply_to_id="9"), row(13, in_reply_to_id="12")]
        assert conversations(recording(rows)) == {"11": "9", "12": "9", "13": "9"}

    def test_a_conversation_that_a_row_names_holds_for_its_answers(self, recording):
        rows = [row(2, conversation_id="1", in_reply_to_id="1"), row(3, conversation_id="", in_reply_to_id="2")]
        assert conversations(recording(rows)) == {"2": "1", "3": "1"}

    def test_links_in_a_circle_end(self, recording):
        rows = [row(10, in_reply_to_id="9"), row(9, in_reply_to_id="10"), row(5, in_reply_to_id="5")]
        rows.append(row(11, in_reply_to_id="10"))
        assert conversations(recording(rows)) == {"9": "9", "10": "9", "11": "9", "5": "5"}

    def test_a_very_long_exchange_is_followed_to_its_start(self, recording):
        rows = [row(number, in_reply_to_id=str(number - 1) if number > 1 else "") for number in range(5_000, 0, -1)]
        assert set(conversations(recording(rows)).values()) == {"1"}


class TestBadRows:
    @pytest.mark.parametrize(
        ("columns", "culprit"),
        [
            ({"id": ""}, "'id'"),
            ({"text": ""}, "'text'"),
            ({"author_id": "nan"}, "'author_id'"),
            ({"created_at": ""}, "'created_at'"),
            ({"created_at": "yesterday"}, "'yesterday'"),
            ({"created_at": "2026-11-20T09:00:00"}, "time zone"),
            ({"created_at": "1763629200"}, "'1763629200'"),
            ({"created_at": "0001-01-01T00:00:00+10:00"}, "'created_at'"),
            ({"followers": "many"}, "'many'"),
            ({"followers": "-3"}, "'-3'"),
            ({"reposts": "lots"}, "'lots'"),
            ({"verified": "perhaps"}, "'perhaps'"),
            ({"id": "1.23457e+18"}, "rounded"),
            ({"in_reply_to_id": "1234567890123456768.0"}, "rounded"),
        ],
    )
    def test_a_row_that_cannot_be_meant_is_told_with_its_line(self, recording, columns, culprit):
        found = recording([row(1, text="two\nlines"), row(2, **columns), row(3)])
        assert ids(found) == ["1", "3"]
        (bad,) = found.bad
        assert (Path(bad.file).name, bad.line) == ("posts.csv", 4)
        assert culprit in bad.problem
        assert bad.remedy.endswith(".")
        assert str(bad) == f"{bad.file}:4: {bad.problem} {bad.remedy}"

    def test_a_field_of_json_that_is_no_text(self, recording):
        rows = [row(1, text=["a"]), row(2, text=5), row(3, id={"a": 1}), row(4)]
        found = recording(as_json_lines(rows), "posts.jsonl")
        assert ids(found) == ["4"]
        assert [bad.line for bad in found.bad] == [1, 2, 3]

    @pytest.mark.parametrize("line", ["{broken", '"a text"', "[1, 2]", "[" * 100_000, '{"id": "2"', "9" * 5_000])
    def test_a_line_that_is_no_json_object(self, recording, line):
        found = recording(f"{json.dumps(row(1))}\n{line}\n\n{json.dumps(row(3))}\n", "posts.jsonl")
        assert ids(found) == ["1", "3"]
        assert [bad.line for bad in found.bad] == [2]

    def test_the_first_line_of_json_may_be_the_bad_one(self, recording):
        found = recording(f'"text": "cut"}}\n{json.dumps(row(3))}\n', "posts.jsonl")
        assert (ids(found), [bad.line for bad in found.bad]) == (["3"], [1])

    @pytest.mark.parametrize(
        "line",
        [
            '2,2026-11-20T09:00:00Z,500,"never closed',
            '2,2026-11-20T09:00:00Z,500,"closed" too early',
            "2,2026-11-20T09:00:00Z,500,one, two",
            "2,2026-11-20T09:00:00Z,500",
        ],
    )
    def test_a_broken_line_of_csv_takes_no_other_with_it(self, recording, line):
        good = '3,2026-11-20T09:00:00Z,500,"so, what"\n4,2026-11-20T09:00:00Z,500,fine\n'
        found = recording(f"id,created_at,author_id,text\n1,2026-11-20T09:00:00Z,500,ok\n{line}\n{good}")
        assert ids(found) == ["1", "3", "4"]
        assert [bad.line for bad in found.bad] == [3]

    def test_bytes_that_are_no_utf8_spoil_only_their_row(self, recording):
        content = as_csv([row(1), row(2, text="caf\u00e9"), row(3)]).replace("é", "\udce9")
        found = recording(content.encode(errors="surrogateescape"))
        assert ids(found) == ["1", "3"]
        assert (found.bad[0].line, "UTF-8" in found.bad[0].remedy) == (3, True)

    def test_half_an_emoji_spoils_only_its_row(self, recording):
        found = recording(f"{json.dumps(row(1, text='CUT'))}\n".replace("CUT", r"\ud83d") + json.dumps(row(2)))
        assert (ids(found), len(found.bad)) == (["2"], 1)

    def test_a_post_twice_is_one_and_two_posts_of_one_id_are_told(self, recording):
        found = recording([row(1), row(1), row(2), row(2, text="something else")])
        assert ids(found) == ["1", "2"]
        assert [(bad.line, "line 4" in bad.problem) for bad in found.bad] == [(5, True)]

    def test_who_won_followers_or_reposts_between_two_readings_makes_no_second_post(self, recording):
        found = recording([row(1, followers="10", reposts="3"), row(1, followers="12", reposts="40")])
        assert (ids(found), found.bad) == (["1"], [])


class TestWholeFile:
    def test_a_byte_order_mark_is_passed_over(self, recording):
        assert ids(recording(b"\xef\xbb\xbf" + as_csv([row(1)]).encode())) == ["1"]
        assert ids(recording(b"\xef\xbb\xbf" + as_json_lines([row(1)]).encode(), "posts.jsonl")) == ["1"]

    def test_missing_columns_are_told_with_those_that_are_there(self, recording):
        with pytest.raises(RecordingError, match=r"no column 'author_id', 'text': it has 'id', 'created_at', 'body'"):
            recording("id,created_at,body\n1,2026-11-20T09:00:00Z,hello\n")
        with pytest.raises(RecordingError, match="no column 'created_at'"):
            recording('{"id": "1", "author_id": "2", "text": "hello"}\n', "posts.jsonl")

    @pytest.mark.parametrize("content", ["", " \n\n", "\ufeff"])
    def test_an_empty_file_is_told(self, recording, content):
        with pytest.raises(RecordingError, match="is empty"):
            recording(content)

    def test_a_header_alone_is_a_file_without_posts(self, recording):
        assert recording("id,created_at,author_id,text\n") == Recording([], [])

    def test_what_cannot_be_rows_is_told(self, recording, tmp_path):
        with pytest.raises(RecordingError, match="JSON array"):
            recording(json.dumps([row(1)]), "posts.json")
        with pytest.raises(RecordingError, match="UTF-16"):
            recording(as_csv([row(1)]).encode("utf-16"))
        with pytest.raises(RecordingError, match="breaks off"):
            recording('{\n  "data": [\n', "page.json")
        with pytest.raises(RecordingError, match="No such file"):
            read_recording(tmp_path / "nowhere.csv", BRANDS)


class TestPages:
    def page(self, *posts, **more):
        users = [{"id": "500", "username": "lena", "name": "Lena", "public_metrics": {"followers_count": 12}}]
        users.append({"id": "900", "username": "NimbusAir", "name": "Nimbus Air"})
        return {"data": list(posts), "includes": {"users": users}, "meta": {"result_count": len(posts)}} | more

    def post(self, post_id, **fields):
        return row(post_id, created_at="2026-11-20T09:00:00.000Z", conversation_id="1") | fields

    def answer(self):
        replied = [{"type": "replied_to", "id": "1"}]
        return self.post(2, author_id="900", text="@lena found it", referenced_tweets=replied)

    def test_a_saved_page_is_read_with_its_authors(self, recording):
        metrics = {"retweet_count": 7, "reply_count": 1, "like_count": 30, "quote_count": 2}
        page = self.page(self.answer(), self.post(1, public_metrics=metrics))
        for content in (json.dumps(page), json.dumps(page, indent=2)):
            found = recording(content, "page.json")
            assert found.bad == []
            first, second = found.mentions
            assert (first.author.handle, first.author.followers, first.own) == ("lena", 12, False)
            assert (first.reposts, second.reposts) == (9, None)
            assert (second.own, second.in_reply_to_id, second.conversation_id) == (True, "1", "1")

    def test_pages_a_line_with_an_overlap_are_one_stream(self, recording):
        pages = [self.page(self.answer(), self.post(1)), self.page(self.post(1), self.post(0)), {"meta": {}}]
        found = recording(as_json_lines(pages), "pages.jsonl")
        assert (ids(found), found.bad) == (["0", "1", "2"], [])

    def test_one_post_looked_up_alone(self, recording):
        found = recording(json.dumps({"data": self.post(1)}), "post.json")
        assert ids(found) == ["1"]

    def test_a_page_that_does_not_tell_conversations_has_them_derived(self, recording):
        posts = [{k: v for k, v in post.items() if k != "conversation_id"} for post in (self.answer(), self.post(1))]
        assert conversations(recording(json.dumps(self.page(*posts)), "page.json")) == {"1": "1", "2": "1"}

    def test_a_bad_post_or_page_leaves_the_others(self, recording):
        lines = [
            self.page(self.post(1), self.post(2, created_at=None)),
            {"data": 7, "meta": {}},
            self.page(self.post(3)),
        ]
        found = recording(as_json_lines(lines), "pages.jsonl")
        assert ids(found) == ["1", "3"]
        assert [bad.line for bad in found.bad] == [1, 2]


SMALL = st.integers(1, 12)
FORESTS = st.dictionaries(SMALL, st.none() | SMALL, min_size=1, max_size=12)


def linked(forest):
    """Rows whose reply links are those of ``forest``, child to parent; a parent may be missing, or a circle."""
    return [
        row(child, in_reply_to_id=str(parent or ""), created_at=(START + timedelta(minutes=child)).isoformat())
        for child, parent in forest.items()
    ]


def read_content(content, folder, name="posts.csv"):
    path = folder / name
    path.write_text(content, encoding="utf-8", newline="")
    return read_recording(path, BRANDS)


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
    good = [f"{number},2026-11-20T09:00:00Z,500,post {number}" for number in range(1, 5)]
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
        assert [mention.text for mention in read_content(content, folder, name).mentions] == texts
