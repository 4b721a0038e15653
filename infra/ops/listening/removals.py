"""The receipts of what a deployed stack removed because it is gone at its source."""

import json
from collections.abc import Iterator
from datetime import date

from earshot.cases.removal.subject import Kind, digest_of
from earshot.cases.removal.sweep.state import SWEPT, sweep_key
from earshot.plain_text import one_line
from earshot.reports.counts import days_of
from earshot.timestamps import rfc3339
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import CASE_TABLE, SOURCE_TABLE, wire
from infra.ops.stack import Stack

_NEEDS = "Your credentials need dynamodb:Query on the case table and dynamodb:BatchGetItem on the source table."


def removals_report(
    session: AwsSession, stack: Stack, first: date, last: date, post: tuple[str, str] | None, *, as_json: bool
) -> Iterator[str]:
    """What was noticed in these days (UTC), both included, the latest first: lines for people, or one JSON object each.

    ``post`` is a network and an id: the receipts of that post alone. EarshotError where AWS refuses, or where the
    period ends before it begins or is too long.
    """
    days = days_of(first, last)
    with explained("What was removed cannot be read", _NEEDS):
        wired = wire(session, stack, CASE_TABLE, SOURCE_TABLE)
        states = wired.source_table.states(map(sweep_key, SWEPT))
        found = list(wired.removals.receipts(days))
    if post is not None:
        digest = digest_of(Kind.POST, *post)
        found = [one for one in found if (one.source, one.digest) == (post[0], digest)]
    if as_json:
        yield from (json.dumps(one.to_record()) for one in found)
        return
    for state in states:
        yield f"{state.source.removeprefix('sweep#')}: {state.status} at {rfc3339(state.checked_at)}: {state.message}"
    yield f"{first} to {last} (UTC): {len(found)} removed, or to be removed"
    for one in found:
        done = "to be removed" if one.removed_at is None else f"removed {rfc3339(one.removed_at)}"
        items = ", ".join(f"{what}: {count}" for what, count in sorted(one.items.items()))
        what = f"{one_line(one.source)} {one.digest}, {one.reason}"
        yield f"  noticed {rfc3339(one.noticed_at)}, {done}: {what} ({items})"
