"""Recorded posts: the columns of a file are read, and what a file lacks is derived."""

from datetime import UTC, datetime

import pytest

from tests.infra.replay.recordings import as_json_lines, conversations, ids, row


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
        in_reply_to_user_id="8.0",
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
        "in_reply_to_user_id": "8",
        "reposted_id": None,
        "quoted_id": "6",
        "link": "https://x.com/lena/status/7",
        "baseline": False,
        "reposts": 41,
        "quotes_brand": False,
        "edit_ids": [],
        "edited_at": None,
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


def test_the_language_may_stand_in_a_column_of_its_full_name(recording):
    assert recording([row(1, lang="", language="fr")]).mentions[0].language == "fr"


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

    def test_the_brand_that_is_quoted(self, recording):
        rows = [row(1, author_id="CordialCable", text="we are the fastest"), row(2, text="not here", quoted_id="1")]
        assert [(one.brand, one.quotes_brand) for one in recording(rows).mentions] == [
            ("CordialCable", False),
            ("CordialCable", True),
        ]

    def test_the_brand_whose_term_the_post_contains(self, recording):
        rows = [row(1, text="my Cordial Box is dead"), row(2, text="my box is dead")]
        found = recording(rows, terms={"cordial box": "CordialCable"})
        assert ([mention.brand for mention in found.mentions], found.unmatched) == (["CordialCable"], 1)

    def test_a_single_brand_is_everybodys(self, recording):
        found = recording([row(1, text="my bag is gone")], brands=["NimbusAir"])
        assert ([mention.brand for mention in found.mentions], found.unmatched) == (["NimbusAir"], 0)

    def test_what_is_of_none_of_several_brands_is_left_out_and_counted(self, recording):
        found = recording([row(1, text="my bag is gone"), row(2)])
        assert (ids(found), found.bad, found.unmatched) == (["2"], [], 1)

    def test_joined_accounts_are_one_brand_with_the_name_of_the_first(self, recording):
        rows = [row(1, text="@NimbusHelp where is my bag?"), row(2, author_id="nimbushelp", in_reply_to_id="1")]
        found = recording(rows, brands=["@NimbusAir+@NimbusHelp", "CordialCable"])
        assert [(one.brand, one.own) for one in found.mentions] == [("NimbusAir", False), ("NimbusAir", True)]
        assert found.mentions[1].author.handle == "NimbusHelp"


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
