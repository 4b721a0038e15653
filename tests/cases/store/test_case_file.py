"""A case with all that belongs to it: its conversations, its log, its alerts."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from earshot.cases.case.status import Status
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from tests.api.fakes import Tables, tables
from tests.fakes import CASE, a_judgement, a_mention, an_own_post

OTHER = a_judgement(Intent.OTHER, 0)


@pytest.fixture
def made() -> Iterator[Tables]:
    with tables() as empty:
        yield empty


def test_a_case_file_holds_the_posts_of_its_customer_with_the_brands_answers_oldest_first(made):
    made.hear(a_mention("1"))
    made.hear(an_own_post("3"), OTHER)
    made.hear(a_mention("2", "and nobody answers"))
    made.hear(a_mention("9", "another matter of mine: refund 4711", conversation_id="9"), a_judgement(urgency=40))
    file = made.queries.case_file(CASE)
    assert [(stored.mention.id, stored.mention.own) for stored in file.mentions] == [
        ("1", False),
        ("2", False),
        ("3", True),
    ]
    assert file.complete
    assert {"opened", "replied"} <= {entry.what for entry in file.log}


def test_of_an_endless_conversation_the_latest_posts_are_given(made, monkeypatch):
    monkeypatch.setattr("earshot.cases.store.queries.MOST_MENTIONS", 2)
    for number in range(1, 5):
        made.hear(a_mention(str(number)))
    file = made.queries.case_file(CASE)
    assert [stored.mention.id for stored in file.mentions] == ["3", "4"]
    assert not file.complete


def test_a_complaint_said_twice_shows_both_conversations(made):
    made.hear(a_mention("1", "@NimbusAir flight NA4711 lost my suitcase", conversation_id="1"))
    made.hear(a_mention("5", "@NimbusAir still nothing about NA4711", conversation_id="5"))
    file = made.queries.case_file(CASE)
    assert [stored.mention.conversation_id for stored in file.mentions] == ["1", "5"]


def test_what_others_say_in_the_conversation_and_what_they_are_answered_is_in_their_own_case_files(made):
    made.hear(a_mention("1"))
    made.hear(a_mention("2", "@NimbusAir mine too", author=Author("8", "omar")))
    made.hear(an_own_post("3"), OTHER)
    made.hear(replace(an_own_post("4"), text="@omar so sorry"), OTHER)
    mine, others = made.queries.case_file(CASE), made.queries.case_file("x-1-8-nimbusair")
    assert [stored.mention.id for stored in mine.mentions] == ["1", "3"]
    assert [stored.mention.id for stored in others.mentions] == ["2", "4"]
    assert mine.statements == others.statements == ()


def test_what_the_brand_says_to_nobody_in_particular_stands_beside_the_posts(made):
    made.hear(a_mention("1"))
    made.hear(replace(an_own_post("5"), text="We are looking into it"), OTHER)
    made.hear(replace(an_own_post("3", in_reply_to_id="77"), text="So sorry"), OTHER)
    made.hear(replace(an_own_post("4", conversation_id="4"), text="Our app is back"), OTHER)
    bank = an_own_post("6", brand="HarborBank")
    made.hear(replace(bank, author=Author("98", "HarborBank"), text="We are here to help"), OTHER)
    file = made.queries.case_file(CASE)
    assert [stored.mention.id for stored in file.mentions] == ["1"]
    assert [stored.mention.id for stored in file.statements] == ["3", "5"]


def test_what_answers_the_customer_after_all_is_no_statement_any_more(made):
    made.hear(a_mention("1"))
    made.hear(replace(an_own_post("3", in_reply_to_id="2"), text="So sorry"), OTHER)
    assert [stored.mention.id for stored in made.queries.case_file(CASE).statements] == ["3"]
    made.hear(a_mention("2", "@NimbusAir well?"))
    file = made.queries.case_file(CASE)
    assert ([stored.mention.id for stored in file.mentions], file.statements) == (["1", "2", "3"], ())
    assert file.case.status is Status.REPLIED


def test_an_edited_post_is_shown_once_with_its_newest_text(made):
    made.hear(a_mention("1"))
    made.hear(a_mention("1", "@NimbusAir I am stranded", edit_ids=("e1",)), a_judgement(urgency=85))
    file = made.queries.case_file(CASE)
    assert [stored.mention.text for stored in file.mentions] == ["@NimbusAir I am stranded"]
    assert [entry.what for entry in file.log].count("edited") == 1
