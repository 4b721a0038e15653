"""What staff corrected in a deployed stack's judgements, read from its case table."""

from __future__ import annotations

from datetime import date

from earshot.cases.case.correction import Correction
from earshot.errors import EarshotError
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import CASE_TABLE, wire
from infra.ops.stack import Stack


def corrections_of(session: AwsSession, stack: Stack, first: date, last: date) -> list[Correction]:
    """The corrections from the first day to the last, both included, in UTC.

    EarshotError where the period ends before it begins, or AWS refuses.
    """
    if last < first:
        raise EarshotError(f"The period ends on {last}, before it begins on {first}: exchange the two.")
    queries = wire(session, stack, CASE_TABLE).case_queries
    with explained("The corrections cannot be read", "Your credentials need dynamodb:Query on the case table."):
        return list(queries.corrections(first, last))
