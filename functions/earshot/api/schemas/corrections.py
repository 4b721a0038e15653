"""What staff said about judgements, as the response has it."""

from collections.abc import Sequence

from pydantic import Field

from earshot.api.schemas.base import Schema
from earshot.cases.case import correction as domain
from earshot.reports.corrections import correction_row
from earshot.triage.judgement import Intent, Severity


class CorrectionRow(Schema):
    """One verdict. `intent` and `severity` are the right ones; null if staff only said that it is no complaint."""

    at: str = Field(json_schema_extra={"format": "date-time"})
    by: str
    case_id: str = Field(description="`GET /cases/{case_id}` has the text")
    what: str = Field(description="`corrected`, `confirmed` or `dismissed`")
    judged_intent: Intent
    judged_severity: Severity
    judged_urgency: int
    intent: Intent | None
    severity: Severity | None
    rules: list[str] = Field(description="The rules that fired for the judged post")
    why: str


class RuleRecord(Schema):
    """How a rule did: in how many cases with a verdict it fired, and how many of these were judged rightly."""

    rule: str
    judged: int
    confirmed: int
    precision: float = Field(description="`confirmed` divided by `judged`, 0 to 1")


class VerdictCounts(Schema):
    """Of how many cases staff said something that still stands, and how many of these were judged rightly."""

    cases: int
    right: int
    wrong: int


class Corrections(Schema):
    """Verdicts on judgements, earliest first, and how each rule did by them."""

    items: list[CorrectionRow]
    complete: bool = Field(
        description="False if there are more than fit into one answer, 1,000 at most: ask for fewer days"
    )
    rules: list[RuleRecord]
    counts: VerdictCounts = Field(description="What `earshot learn` would read of these verdicts")

    @classmethod
    def of(cls, corrections: Sequence[domain.Correction], *, is_complete: bool) -> "Corrections":
        """``corrections`` in their order; ``is_complete`` says whether these are all of the period."""
        return cls(
            items=[CorrectionRow.model_validate(correction_row(one)) for one in corrections],
            complete=is_complete,
            rules=[RuleRecord.model_validate(record) for record in domain.records_of(corrections)],
            counts=VerdictCounts.model_validate(domain.verdict_counts(corrections)),
        )
