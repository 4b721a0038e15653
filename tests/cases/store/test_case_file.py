"""A case with all that belongs to it: its conversations, its log, its alerts."""

from collections.abc import Iterator

import pytest

from earshot.triage.judgement import Intent
from tests.api.fakes import Tables, tables
from tests.fakes import a_judgement, a_mention, an_own_post


@pytest.fixture
def made() -> Iterator[Tables]:
    with tables() as empty:
        yield empty


def test_a_case_file_holds_the_conversation_with_the_brands_own_posts_oldest_first(made):
    made.hear(a_mention("1"))
    made.hear(an_own_post("3"), a_judgement(Intent.OTHER, 0))
    made.hear(a_mention("2", "and nobody answers"))
    made.hear(a_mention("9", "another matter of mine: refund 4711", conversation_id="9"), a_judgement(urgency=40))
    file = made.queries.case_file("x-1")
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
    file = made.queries.case_file("x-1")
    assert [stored.mention.id for stored in file.mentions] == ["3", "4"]
    assert not file.complete


def test_a_complaint_said_twice_shows_both_conversations(made):
    made.hear(a_mention("1", "@NimbusAir flight NA4711 lost my suitcase", conversation_id="1"))
    made.hear(a_mention("5", "@NimbusAir still nothing about NA4711", conversation_id="5"))
    file = made.queries.case_file("x-1")
    assert [stored.mention.conversation_id for stored in file.mentions] == ["1", "5"]
