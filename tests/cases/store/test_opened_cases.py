"""The cases that detection asks for each minute: all of them each time, and each as it is now."""

from datetime import timedelta

import pytest

from earshot.cases.store.opened_cases import OpenedCases
from tests.cases.store.opened_table import Opened
from tests.fakes import START, a_mention, an_own_post

HOUR = timedelta(hours=1)


def ids_and_statuses(cases: OpenedCases) -> list[tuple[str, str]]:
    return sorted((case.key.conversation_id, str(case.status)) for case in cases.opened(START - HOUR, START + HOUR))


def test_a_new_case_and_one_that_has_changed_are_as_they_are_now_the_next_time(opened: Opened) -> None:
    cases = OpenedCases(opened.client, opened.name)
    assert ids_and_statuses(cases) == []
    opened.ingest(a_mention("1"))
    assert ids_and_statuses(cases) == [("1", "open")]
    opened.ingest(a_mention("2", conversation_id="2"))
    opened.ingest(an_own_post("3", in_reply_to_id="1"))
    assert ids_and_statuses(cases) == [("1", "replied"), ("2", "open")]
    assert list(cases.opened(START + HOUR, START + 2 * HOUR)) == []
    assert ids_and_statuses(cases) == [("1", "replied"), ("2", "open")]


@pytest.mark.parametrize("more", [0, 2])
def test_a_case_that_has_not_changed_is_not_read_whole_again(opened: Opened, more: int) -> None:
    cases = OpenedCases(opened.client, opened.name)
    opened.ingest(a_mention("1"))
    list(cases.opened(START - HOUR, START + HOUR))
    asked: list[int] = []
    opened.client.meta.events.register(
        "provide-client-params.dynamodb.BatchGetItem",
        lambda params, **_: asked.append(len(params["RequestItems"][opened.name]["Keys"])),
    )
    for number in range(more):
        opened.ingest(a_mention(str(number + 5), conversation_id=str(number + 5)))
    assert len(list(cases.opened(START - HOUR, START + HOUR))) == 1 + more
    assert asked == ([more] if more else [])
