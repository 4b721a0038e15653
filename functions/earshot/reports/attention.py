"""What somebody must look at now, beside the sources: an alert that nobody got, a voice that is out, a budget."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from earshot.cases.inbox.entry import InboxEntry
from earshot.reports.doctor.finding import Finding, Level, failure, warning
from earshot.reports.doctor.listening import check_spending
from earshot.reports.health import Spending
from earshot.triage.voice_table import Voice, VoiceFailure

# For so long a voice that failed counts as out. The encoder fails once in a process, and is then out in it.
_OUT_FOR = {
    Voice.COMPREHEND: timedelta(minutes=5),
    Voice.READER: timedelta(minutes=5),
    Voice.ENCODER: timedelta(hours=1),
}
_WITHOUT = {
    Voice.COMPREHEND: (
        "Amazon Comprehend is out: the built-in lexicon measures sentiment",
        "ComprehendMonthlySpendLimit",
    ),
    Voice.READER: ("The language model is out: posts are judged without it", "ReaderModelId"),
    Voice.ENCODER: ("The encoder is out: the other voices judge without it", ""),
}
_NAMED = 3


def needs_attention(
    spending: Iterable[Spending], voices: Iterable[VoiceFailure], untold: Sequence[InboxEntry], now: datetime
) -> tuple[Finding, ...]:
    """What must be looked at, the worst first. ``untold`` are cases whose alert is due and reached nobody."""
    found = [*_alerts(untold), *_voices(voices, now), *check_spending(spending)]
    wrong = [one for one in found if one.level is not Level.OK]
    return tuple(sorted(wrong, key=lambda one: list(Level).index(one.level), reverse=True))


def _alerts(untold: Sequence[InboxEntry]) -> Iterator[Finding]:
    if untold:
        who = ", ".join(one.author for one in untold[:_NAMED])
        more = "" if len(untold) <= _NAMED else f" and {len(untold) - _NAMED} more"
        yield failure(
            "alerts",
            f"Alerts are not sent: nobody was told of the case of {who}{more}, which is due for 10 minutes",
            "Answer or hand these cases out yourselves now; an administrator reads the log of NotifyFunction.",
        )


def _voices(voices: Iterable[VoiceFailure], now: datetime) -> Iterator[Finding]:
    for one in voices:
        if now - one.at < _OUT_FOR[one.voice]:
            what, parameter = _WITHOUT[one.voice]
            turn_off = f" To do without it, change {parameter}." if parameter else ""
            yield warning(
                f"voice {one.voice}",
                f"{what} ({one.at:%H:%M} UTC: {one.why})",
                f"Urgency may be less sure: look at what is not alerted, too. An administrator reads the log of "
                f"ClassifyFunction.{turn_off}",
            )
