"""What must be true after any single fault, or an outage of ten minutes: design's promises, as far as they can be seen.

A run is compared with one without a fault. A fault may delay and, between sending and logging, repeat; it loses
nothing, invents nothing, and does not multiply.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from earshot.cases.case.status import Status
from infra.faults.play import Message, Outcome
from infra.faults.scenario.feeds import EVERY_MINUTES
from infra.faults.scenario.posts import POSTS, START
from infra.faults.scenario.staff import PEOPLE, PRESSES
from infra.local.lambdas.clock import MINUTE

# How much later than without a fault somebody hears of a case at the latest. A message of a process that died is
# visible again after six minutes, an alert is handed over again after two; each is seen by the minute's schedule.
LATE = timedelta(minutes=9)
# What stands in a feed is seen by the feed's next reading, where one failed.
LATE_IN_FEED = timedelta(minutes=EVERY_MINUTES)
# How often one alert may come once more because of one fault, and because of an outage.
REPEATS, REPEATS_IN_OUTAGE = 1, 2

# Acts after which nobody has to be alerted.
_TAKES = ("acknowledge", "assign", "resolve")
_Key = tuple[str, str, str, str]


def violations(usual: Outcome, outcome: Outcome, outage: timedelta) -> Iterator[str]:
    """What is wrong with an outcome, in words; nothing where every promise was kept."""
    yield from _lost(usual, outcome)
    yield from _late(usual, outcome, LATE + outage)
    yield from _unnoticed(usual, outcome)
    yield from _invented(usual, outcome)
    yield from _multiplied(usual, outcome, REPEATS_IN_OUTAGE if outage else REPEATS)
    yield from _untrue(outcome)


def _lost(usual: Outcome, outcome: Outcome) -> Iterator[str]:
    for key in sorted(usual.mentions - outcome.mentions):
        yield f"lost: post {key} is not stored"
    for case_id in usual.cases.keys() - outcome.cases.keys():
        yield f"lost: case {case_id} is missing"
    for letter in outcome.dead_letters:
        yield f"lost: given up: {letter}"
    for press in PRESSES:
        if press not in outcome.pressed:
            yield f"lost: {press.action} of post {press.post} was never answered"


def _late(usual: Outcome, outcome: Outcome, most: timedelta) -> Iterator[str]:
    """Each case over the line was told to somebody, and no more than so much later."""
    told = _first_told(outcome)
    for case_id, at in _first_told(usual).items():
        latest = at + most + (LATE_IN_FEED if case_id.startswith("feed-") else timedelta(0))
        if case_id not in told:
            if not _was_closed_before(outcome, case_id, latest):
                yield f"lost: nobody was alerted of {case_id}"
        elif told[case_id] > latest:
            yield f"late: {case_id} was told at {told[case_id]:%H:%M}, not at {at:%H:%M}"
    for name in (message.alert for message in usual.messages if message.reason == "digest"):
        if name not in {message.alert for message in outcome.messages}:
            yield f"lost: {name} was not sent"


def _unnoticed(usual: Outcome, outcome: Outcome) -> Iterator[str]:
    """Each colleague was told of each act, on whichever channel."""
    received = _noticed(outcome.messages)
    for (case_id, person, reason), count in _noticed(usual.messages).items():
        if received[case_id, person, reason] < count:
            yield f"lost: {person} was not told: {reason}, {case_id}"


def _was_closed_before(outcome: Outcome, case_id: str, at: datetime) -> bool:
    """Whether somebody acted on the case, or answered the customer, before its alert had to be there."""
    case = outcome.cases.get(case_id)
    if case is None:
        return False
    acted = [case.acknowledgement.at, case.resolution.at, case.response.first_response_at]
    # The case has only the last holder. Who had it before has pressed a button.
    taken = (press for press in outcome.pressed if press.action in _TAKES and case_id in press.case_ids)
    acted += [START + outcome.pressed[press][0] * MINUTE for press in taken]
    return any(moment is not None and moment <= at for moment in acted)


def _invented(usual: Outcome, outcome: Outcome) -> Iterator[str]:
    known = _first_told(usual).keys()
    for key in sorted(outcome.mentions - usual.mentions):
        yield f"invented: post {key} is stored"
    for case_id in _first_told(outcome).keys() - known:
        yield f"invented: {case_id} was told, and is not over the line"


def _multiplied(usual: Outcome, outcome: Outcome, most: int) -> Iterator[str]:
    """No alert reached anybody more often than once, and so often again."""
    before = _received(usual.messages)
    for key, count in _received(outcome.messages).items():
        if count > max(1, before[key]) + most:
            yield f"multiplied: {key[2]} {key[3]} about {key[0]} reached {key[1]} {count} times"
    noticed = _noticed(usual.messages)
    for (case_id, person, reason), count in _noticed(outcome.messages).items():
        if count > max(1, noticed[case_id, person, reason]) + most:
            yield f"multiplied: {person} was told {count} times: {reason}, {case_id}"
    for alert, count in outcome.delivered.items():
        if count > usual.delivered.get(alert, 1) + most:
            yield f"multiplied: the webhook of {alert} came {count} times"


def _untrue(outcome: Outcome) -> Iterator[str]:
    """Who was answered is not waiting, and an act that the API confirmed is there."""
    for case in outcome.cases.values():
        answered = {one.in_reply_to_id for one in POSTS if one.author.id == "900"}
        is_answered = any(
            f"x-{one.conversation_id}-{one.author.id}-" in f"{case.id}-" for one in POSTS if one.id in answered
        )
        if is_answered and case.status is Status.OPEN and case.response.first_response_at is None:
            yield f"untrue: {case.id} waits although the brand has answered"
    for press, (minute, status) in outcome.pressed.items():
        if status >= 400:
            yield f"untrue: {press.action} of post {press.post} in minute {minute} was refused with {status}"


def _first_told(outcome: Outcome) -> dict[str, datetime]:
    told: dict[str, datetime] = {}
    for message in outcome.messages:
        for case_id in () if message.is_notice else message.cases:
            told[case_id] = min(message.at, told.get(case_id, message.at))
    return told


def _received(messages: list[Message]) -> Counter[_Key]:
    """How often each alert reached each person: by case, address, channel and reason."""
    return Counter(
        (case_id, one.to, one.channel, one.reason) for one in messages for case_id in (one.cases or (one.alert,))
    )


def _noticed(messages: list[Message]) -> Counter[tuple[str, str, str]]:
    """How often each colleague was told what of which case, by SMS or by email."""
    people = {address: person.id for person in PEOPLE for address in (person.email, person.phone)}
    return Counter(
        (case_id, people.get(one.to, one.to), one.reason) for one in messages if one.is_notice for case_id in one.cases
    )
