"""What an act would do, said before it is done: whom it tells, how, and what speaks against it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from earshot.alerting.alert import Channel, Recipients
from earshot.api.people.colleagues import ColleagueState
from earshot.cases.alert_state.alert_state import AlertStatus
from earshot.cases.alert_state.outlook import Outlook
from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Status
from earshot.cases.holders.assignment import assign
from earshot.cases.policy.policy import Policy

_WORDS = {Channel.SMS: "SMS", Channel.EMAIL: "email"}


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act would do, in a sentence or two, and what somebody should know before."""

    text: str
    warnings: tuple[str, ...] = ()


def preview_hand_over(
    case: Case, by: str, outlook: Outlook, recipients_of: Callable[[int, Channel, datetime], Recipients]
) -> Preview:
    """Whom handing the case over would alert, and when. TransitionError where it cannot be handed over."""
    handed = case.hand_over(by, outlook.at, outlook.policy.ladder_for(case.assessment.severity))
    after = case if handed is None else handed[0]
    rung = after.ladder.rung
    if after.ladder.alerting is not Alerting.DUE or rung is None:
        return Preview("The case is open for anybody again. Nobody is alerted.")
    state = outlook.of(after)
    if state.status not in (AlertStatus.SENDING, AlertStatus.GROUPED):
        return Preview(f"The case is open again; {state.text()}.")
    told = [recipients_of(rung, channel, outlook.at) for channel in Channel]
    when = "now" if state.until is None else f"at {_minute(state.until)}, together with others"
    warnings = tuple(dict.fromkeys(one.passed_over for one in told if one.passed_over))
    return Preview(f"This alerts {' and '.join(_told(told))} {when}.", warnings)


def preview_assignment(
    case: Case, by: str, to: str, state: ColleagueState | None, at: datetime, policy: Policy
) -> Preview:
    """What giving the case to ``to`` would do; ``state`` is what is known of them, None where they take it themselves.

    TransitionError where it cannot be given to anybody.
    """
    assigned = assign(case, by, to, at, policy.acknowledgement_timeout_of(case))
    if assigned is None:
        return Preview(f"{to} has the case already: nothing changes.")
    after = assigned[0]
    sentences = ["You take the case."] if to == by else [f"{to} gets the case{_how(state)}."]
    if case.status is Status.ACKNOWLEDGED and case.acknowledgement.by not in (None, by):
        sentences.append(f"{case.acknowledgement.by}, who holds it, is told.")
    expires_at = after.acknowledgement.expires_at
    if expires_at is not None:
        sentences.append(f"Without an answer by {_minute(expires_at)} it is open again, and its ladder goes on.")
    return Preview(" ".join(sentences), () if state is None or to == by else state.warnings)


def _told(told: list[Recipients]) -> Iterator[str]:
    """``Ann Lee, Bob Ray by SMS`` for each channel on which somebody is told."""
    by_label: dict[str, list[str]] = {}
    for channel, recipients in zip(Channel, told, strict=True):
        if recipients.addresses:
            by_label.setdefault(recipients.label, []).append(_WORDS[channel])
    if not by_label:
        yield f"nobody certainly on rung {told[0].rung}"
    for label, channels in by_label.items():
        yield f"{label} by {' and '.join(channels)}"


def _how(state: ColleagueState | None) -> str:
    channel = None if state is None else state.told_by
    return ", and is not told" if channel is None else f", and is told by {_WORDS[channel]} now"


def _minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%H:%M} UTC"
