"""Recordings with rows, files and pages that cannot be read: each is named, and the others are used."""

import json
from pathlib import Path

import pytest

from infra.replay.recording import Recording, RecordingError, read_recording
from tests.infra.replay.recordings import BRANDS, as_csv, as_json_lines, conversations, ids, row


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
        found = recording([row(1, text="@NimbusAir two\nlines"), row(2, **columns), row(3)])
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
        content = f"id,created_at,author_id,text\n1,2026-11-20T09:00:00Z,500,ok\n{line}\n{good}"
        found = recording(content, brands=["NimbusAir"])
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
