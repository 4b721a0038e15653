"""What staff said of judgements, read from the case table of a deployed stack."""

from datetime import date
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from earshot.cases.case.correction import Correction
from earshot.cases.store.queries import CaseQueries
from earshot.errors import EarshotError
from infra.ops.stack import Stack, StackError

_TABLE = "CaseTableName"


def corrections_of(session: Any, stack: Stack, first: date, last: date) -> list[Correction]:
    """From the first day to the last, in UTC. ``session`` is a boto3 session, or anything with its ``client``.

    EarshotError where the period ends before it begins, or AWS refuses.
    """
    if last < first:
        raise EarshotError(f"The period ends on {last}, before it begins on {first}: exchange the two.")
    if _TABLE not in stack.outputs:
        raise StackError(f"The stack has no output '{_TABLE}', so it is no Earshot: name it with --stack.")
    try:
        return list(CaseQueries(session.client("dynamodb"), stack.outputs[_TABLE]).corrections(first, last))
    except (ClientError, BotoCoreError) as error:
        raise EarshotError(
            f"The corrections cannot be read ({error}). Your credentials need dynamodb:Query on the case table."
        ) from error
