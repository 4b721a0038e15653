"""The inbox over the API: sorted, filtered, counted and searched, and asked again without reading again."""

from collections.abc import Iterator
from typing import Any

import pytest

import api
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from tests.api.fakes import ENVIRON, Answer, Tables, an_event, case_id, send, tables
from tests.fakes import a_judgement, a_mention


def hear(made: Tables, id: str, text: str = "@NimbusAir my bag is lost", **given: Any) -> str:
    judgement = given.pop("judgement", None) or a_judgement(
        given.pop("intent", Intent.COMPLAINT), given.pop("urgency", 65)
    )
    author = given.pop("author", Author(f"a{id}", f"customer{id}", f"Customer {id}", followers=100))
    made.hear(a_mention(id, text, author=author, conversation_id=id, **given), judgement)
    return case_id(id, author.id)


@pytest.fixture
def empty() -> Iterator[tuple[Tables, Any]]:
    with tables() as made:
        yield made, api.build(ENVIRON, made.clock)


def ask(wired: tuple[Tables, Any], path: str = "/inbox", **query: Any) -> Answer:
    wired[0].clock.advance(seconds=2)
    return send(wired[1], an_event("GET", path, **query))


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [item["id"] for item in answer.json["items"]]


def test_sorted_counted_and_filtered(empty: tuple[Tables, Any]) -> None:
    made, _ = empty
    old = hear(made, "1", minutes=-90, urgency=70, language="de")
    soon = hear(made, "2", minutes=-50, urgency=60, author=Author("a2", "big", "Big", followers=90_000))
    new = hear(made, "3", "@NimbusAir when do you open?", minutes=-1, intent=Intent.QUESTION, urgency=90)
    page = ask(empty)
    assert ids(page) == [new, old, soon]
    assert {name: page.json[name] for name in ("total", "late", "due_soon", "first", "next_cursor", "known_since")} == {
        "total": 3,
        "late": 1,
        "due_soon": 1,
        "first": 1,
        "next_cursor": None,
        "known_since": None,
    }
    assert ids(ask(empty, order="waiting")) == [old, soon, new]
