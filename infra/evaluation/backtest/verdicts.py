"""What each side of a backtest makes of a post: judged here, or read from the judgements that a release has written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.mentions.mention import Mention
from earshot.triage.judge import judge_all
from earshot.triage.judgement import Reason, Severity
from earshot.triage.sentiment.measure import measure_all
from earshot.triage.terms.terms import Terms
from infra.evaluation.judge_posts import terms_of
from infra.replay import columns
from infra.replay.rows import BadRow, RecordingError, Row, RowError, encodable, read_rows

_COLUMNS = ("id", "intent", "urgency", "severity", "reasons")
_REMEDY = (
    "Give a terms file (.toml), or JSON lines of judgements as `earshot classify` writes them, or `earshot replay` "
    "in mentions.jsonl."
)
_A_REASON = '"reasons": [{"rule": "stake.money", "points": 30, "text": "..."}]'
_MOST_URGENT = 100


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement, as far as two are compared. ``urgency`` is 0 to 100; ``intent`` may be a word of another release."""

    intent: str
    urgency: int
    severity: Severity
    reasons: tuple[Reason, ...]

    @property
    def pages(self) -> bool:
        """Whether somebody is alerted."""
        return bool(DEFAULT_POLICY.ladder_for(self.severity))

    @property
    def points(self) -> dict[str, int]:
        """The points of urgency by rule; evidence for the intent gives none."""
        points: dict[str, int] = {}
        for reason in self.reasons:
            points[reason.rule] = points.get(reason.rule, 0) + reason.points
        return points


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared.

    ``name`` is for people, ``verdict`` answers None for a post that this side has not judged, ``bad`` are the rows of
    its file that were left out.
    """

    name: str
    verdict: Callable[[Mention], Verdict | None]
    bad: Sequence[BadRow] = ()


def side_of(source: Path | None, brands: Sequence[str]) -> Side:
    """What ``source`` stands for: a terms file (.toml), a file of judgements, or with None the rules without terms.

    TermsError or RecordingError where the file cannot be used.
    """
    if source is None or source.suffix.lower() == ".toml":
        terms = terms_of(brands, source)
        return Side("no terms" if source is None else str(source), lambda mention: _judged(mention, terms))
    return _read(source, terms_of(brands, None))


def _judged(mention: Mention, terms: Terms) -> Verdict:
    """As the deployed code judges a post that it hears at once, of an author without a past, by the lexicon."""
    (judgement,) = judge_all([mention], lambda items: measure_all(items, None), terms, mention.created_at)
    return Verdict(str(judgement.intent), judgement.urgency, judgement.severity, judgement.reasons)


def _read(path: Path, terms: Terms) -> Side:
    rows = read_rows(path)
    missing = [column for column in _COLUMNS if column not in rows.columns]
    if missing and rows.columns:
        raise RecordingError(f"{path} holds no judgements: no row has '{missing[0]}'. {_REMEDY}")
    # Only a replay tells the source of a post; by None it is found whatever its source is.
    found: dict[tuple[str | None, str], tuple[int, Verdict]] = {}
    for row in rows.good:
        try:
            key, verdict = _verdict(row)
            line, first = found.setdefault(key, (row.line, verdict))
            if first != verdict:
                raise RowError(f"Post {key[1]} is on line {line} already, judged otherwise.", "Keep the right one.")
        except RowError as error:
            rows.refuse(row.line, error)

    def verdict_on(mention: Mention) -> Verdict | None:
        _, said = found.get((mention.source, mention.id)) or found.get((None, mention.id)) or (0, None)
        if said is not None and (mention.own or mention.is_repost):
            # `classify` is not told who wrote a post, but no release pages anybody for these.
            return _judged(mention, terms)
        return said

    return Side(str(path), verdict_on, sorted(rows.bad, key=lambda bad: bad.line))


def _verdict(row: Row) -> tuple[tuple[str | None, str], Verdict]:
    """The source (where it is told) and id of a post, and what was made of it."""
    values = row.values
    post_id = columns.identifier(values, "id")
    if post_id is None:
        raise RowError("Column 'id' is empty.", "Write the id of the post that was judged.")
    intent = columns.word(values, "intent")
    if intent is None:
        raise RowError("Column 'intent' is empty.", "Write what the post was taken for, such as complaint.")
    urgency = columns.count(values, "urgency")
    if urgency is None or urgency > _MOST_URGENT:
        raise RowError(f"Column 'urgency' is {urgency}.", f"Write a whole number from 0 to {_MOST_URGENT}.")
    severity = columns.word(values, "severity")
    if severity not in set(Severity):
        raise RowError(f"Column 'severity' is {severity!r}.", f"Write one of {', '.join(Severity)}.")
    return (columns.word(values, "source"), post_id), Verdict(intent, urgency, Severity(severity), _reasons(values))


def _reasons(values: columns.Values) -> tuple[Reason, ...]:
    reasons = values.get("reasons")
    if not isinstance(reasons, list):
        raise RowError("Column 'reasons' is no list.", f"Write it as {_A_REASON}.")
    return tuple(_reason(number, reason) for number, reason in enumerate(reasons, 1))


def _reason(number: int, reason: Any) -> Reason:
    match reason:
        case {"points": bool()}:
            pass
        case {"rule": str(rule), "points": int(points), "text": str(text)} if encodable(rule + text):
            return Reason(rule, points, text)
    raise RowError(f"Entry {number} of column 'reasons' is no reason.", f"Write it as {_A_REASON}.")
