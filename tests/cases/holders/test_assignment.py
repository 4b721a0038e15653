"""Whose a case is: given to a colleague, taken over from one, taken back; nobody's clock stops for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.api.case_actions import CaseAction, RefusedError
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.case.status import Status
from earshot.cases.holders.held_by import NOBODY, HeldBy
from earshot.cases.holders.note import mentioned_in
from earshot.cases.holders.notice import WAITS, Notice, NoticeReason, remind
from earshot.cases.store.keys import conversation_record
from tests.cases.undo.test_undo import Desk, as_it_was
from tests.fakes import CASE, START

MIA = frozenset({"mia", "mia@nimbus.example", "mia okafor"})


@pytest.fixture
def desk():
    return Desk()


def told(desk):
    return [(notice.to, notice.reason) for notice in desk.case.notices]


def test_who_is_given_a_case_holds_it_as_if_they_had_taken_it_and_is_told(desk):
    before = desk.case
    result = desk.by("leo").assign("mia")
    case = result.case
    assert (case.status, case.acknowledgement.by, case.acknowledgement.assigned_by) == (
        Status.ACKNOWLEDGED,
        "mia",
        "leo",
    )
    assert (case.ladder.alerting, case.response) == (Alerting.OFF, before.response), "the ladder stops, the clock not"
    assert (result.entry.what, result.entry.text) == ("assigned", "to mia")
    assert told(desk) == [("mia", NoticeReason.ASSIGNED)]
    assert desk.by("leo").assign("mia").entry is None, "a second press changes nothing"


def test_an_assigned_case_that_nobody_answers_returns_to_the_ladder(desk):
    desk.by("leo").assign("mia")
    desk.minutes_pass(31)
    assert (desk.case.status, desk.case.acknowledgement.by) == (Status.OPEN, None)
    assert (desk.case.ladder.rung, desk.case.ladder.alerting) == (2, Alerting.DUE)
    expired = next(one for one in desk.store.entries[CASE] if one.what == "acknowledgement expired")
    assert expired.text == "mia, assigned by leo, held the case for 30 min, and no answer was seen"


def test_taking_over_tells_who_held_it_and_undoing_that_gives_it_back_to_the_second(desk):
    desk.by("mia").acknowledge()
    held = desk.case
    desk.clock.advance(minutes=4)
    assert desk.by("leo").assign("leo").entry.what == "took over"
    assert desk.case.acknowledgement.by == "leo"
    assert told(desk) == [("mia", NoticeReason.TAKEN_OVER)]
    desk.clock.advance(seconds=9)
    desk.by("leo").undo()
    assert as_it_was(desk.case) == as_it_was(held), "who was not told yet is told nothing"


def test_who_was_told_of_what_is_undone_is_told_that_it_is(desk):
    desk.by("mia").acknowledge()
    desk.by("leo").assign("ann")
    assert told(desk) == [("ann", NoticeReason.ASSIGNED), ("mia", NoticeReason.TAKEN_OVER)]
    sent = desk.case.notices
    desk.store.change(CASE, lambda one: one.after((without(one.case, sent[:1]), entry())), desk.clock())
    desk.by("leo").undo()
    assert told(desk) == [("ann", NoticeReason.UNDONE)]
    assert desk.case.acknowledgement.by == "mia"


def without(case, sent):
    return replace(case.still(), notices=tuple(one for one in case.notices if one not in sent))


def entry():
    return LogEntry(START, EARSHOT, "told", "")


def test_a_case_that_is_held_is_given_on_by_whoever_acts_and_an_answered_one_by_nobody(desk):
    desk.by("mia").acknowledge()
    desk.by("mia").assign("leo")
    assert told(desk) == [("leo", NoticeReason.ASSIGNED)], "who gives it away need not be told"
    desk.by("mia").resolve("")
    with pytest.raises(RefusedError, match="resolved: reopen it before you assign it"):
        desk.by("mia").assign("ann")


def test_one_person_is_one_under_all_of_their_names(desk):
    """A case that was taken by a link in an alert is held under a name, and Mia signs in with her address."""
    desk.by("Mia Okafor").acknowledge()
    mia = CaseAction(desk.store, CASE, "mia@nimbus.example", desk.clock(), names_of=lambda name: MIA)
    assert mia.acknowledge().entry is None
    assert mia.assign("mia@nimbus.example").entry is None
    mia.hand_over()
    assert desk.case.status is Status.OPEN


def test_an_escalated_notice_is_due_until_it_is_told_and_is_given_up_at_last(desk):
    desk.by("leo").assign("mia")
    assert conversation_record(desk.store.conversation(CASE))["alerting"] == "due", "it passes the stream's filter"
    notices, waits = (Notice.of("mia", NoticeReason.MENTIONED, "leo", START, "see above"),), []
    assert remind(notices, START) is None
    while notices:
        waits.append(notices[0].wakes_at)
        notices, said = remind(notices, notices[0].wakes_at)
    assert [later - sooner for sooner, later in zip([START, *waits], waits, strict=False)] == list(WAITS)
    assert (said.what, said.text) == ("not told", "mia: sending it failed again and again")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@mia please look, @Leo too. @mia!", ("mia", "Leo")),
        ("write to jane@example.com, or @leo@nimbus.example.", ("leo@nimbus.example",)),
        ("no one: @ @. @-", ()),
        ("(@ann-lee)", ("ann-lee",)),
    ],
)
def test_a_note_names_colleagues_with_an_at(text, names):
    assert mentioned_in(text) == names


@pytest.mark.parametrize(
    ("holder", "found"), [(None, [NOBODY]), ("Mia@Nimbus.example", [HeldBy.one_of(MIA)]), ("leo", [])]
)
def test_a_list_finds_cases_by_who_has_them(holder, found):
    record = {"conversation_state": {"case": {"acknowledgement": {} if holder is None else {"by": holder}}}}
    assert [wanted for wanted in (NOBODY, HeldBy.one_of(MIA)) if wanted.has(record)] == found
    assert timedelta(0) < WAITS[0]
