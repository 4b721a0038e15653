"""The two sides of a backtest: posts judged here with some terms, or judgements that another release has written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.mentions.mention import Mention
from earshot.triage.judge import judge_all
from earshot.triage.judgement import Reason, Severity
from earshot.triage.sentiment.measure import measure_all
from earshot.triage.terms.terms import Terms
from infra.evaluation.terms_file import load_terms
from infra.evaluation.triage import read_posts
from infra.replay import columns
from infra.replay.formats.reader import read_rows
from infra.replay.rows import BadRow, RecordingError, Row, RowError, encodable

_COLUMNS = ("id", "intent", "urgency", "severity", "reasons")
_REMEDY = (
    "Give a terms file (.toml), or JSON lines of judgements as `earshot classify` writes them, or `earshot replay` "
    "in mentions.jsonl."
)
_A_REASON = '"reasons": [{"rule": "stake.money", "points": 30, "text": "..."}]'
_MOST_URGENT = 100


@dataclass(frozen=True, slots=True)
class TriageResult:
    """The part of a judgement that is compared. ``urgency`` is 0 to 100; ``intent`` may be unknown to this release."""

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
class BacktestSide:
    """One of the two that are compared.

    ``name`` is for display, ``result`` returns None for a post that this side has not judged, ``bad`` are the rows of
    its file that were left out.
    """

    name: str
    result: Callable[[Mention], TriageResult | None]
    bad: Sequence[BadRow] = ()


def side_of(source: Path | None, brands: Sequence[str]) -> BacktestSide:
    """The side that ``source`` names: a terms file (.toml), a file of judgements, or with None the rules without terms.

    TermsError or RecordingError where the file cannot be used.
    """
    if source is None or source.suffix.lower() == ".toml":
        terms = load_terms(brands, source)
        return BacktestSide("no terms" if source is None else str(source), lambda mention: _judged(mention, terms))
    return _read(source, load_terms(brands, None))


def _judged(mention: Mention, terms: Terms) -> TriageResult:
    """The deployed triage with the lexicon, for a post that is fetched at once and an author without a history."""
    (judgement,) = judge_all(
        [mention], lambda items: measure_all(items, None), terms, mention.created_at, read=read_posts
    )
    return TriageResult(str(judgement.intent), judgement.urgency, judgement.severity, judgement.reasons)


def _read(path: Path, terms: Terms) -> BacktestSide:
    rows = read_rows(path)
    missing = [column for column in _COLUMNS if column not in rows.columns]
    if missing and rows.columns:
        raise RecordingError(f"{path} has no judgements: no row has '{missing[0]}'. {_REMEDY}")
    # Only a replay writes the source of a post; a row without one matches any source.
    found: dict[tuple[str | None, str], tuple[int, TriageResult]] = {}
    for row in rows.good:
        try:
            key, verdict = _verdict(row)
            line, first = found.setdefault(key, (row.line, verdict))
            if first != verdict:
                raise RowError(f"Post {key[1]} is on line {line} already, with another result.", "Keep the right one.")
        except RowError as error:
            rows.refuse(row.line, error)

    def result_of(mention: Mention) -> TriageResult | None:
        _, said = found.get((mention.source, mention.id)) or found.get((None, mention.id)) or (0, None)
        if said is not None and (mention.own or mention.is_repost):
            # `classify` does not know the author of a post, but no release pages anybody for these.
            return _judged(mention, terms)
        return said

    return BacktestSide(str(path), result_of, sorted(rows.bad, key=lambda bad: bad.line))


def _verdict(row: Row) -> tuple[tuple[str | None, str], TriageResult]:
    """The source (if given) and the id of a post, and its result."""
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
    return (columns.word(values, "source"), post_id), TriageResult(
        intent, urgency, Severity(severity), _reasons(values)
    )


def _reasons(values: columns.Values) -> tuple[Reason, ...]:
    reasons = values.get("reasons")
    if not isinstance(reasons, list):
        raise RowError("Column 'reasons' is not a list.", f"Write it as {_A_REASON}.")
    return tuple(_reason(number, reason) for number, reason in enumerate(cast("list[object]", reasons), 1))


def _reason(number: int, reason: object) -> Reason:
    match reason:
        case {"points": bool()}:
            pass
        case {"rule": str(rule), "points": int(points), "text": str(text)} if encodable(rule + text):
            return Reason(rule, points, text)
        case _:
            pass
    raise RowError(f"Entry {number} of column 'reasons' is not a reason.", f"Write it as {_A_REASON}.")
