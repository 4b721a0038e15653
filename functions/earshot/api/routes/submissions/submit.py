"""Bringing posts of other sources: an export of another tool, a review site, a form."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from earshot.api.auth.roles import Role
from earshot.api.auth.signature import SIGNED_PATH
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.routes.submissions.schemas import SubmissionResult, Submissions, SubmittedItem
from earshot.api.unavailable import UnavailableError
from earshot.mentions.queue import QueueError
from earshot.mentions.sources.submission import read_submission


@app.post(
    "/mentions",
    role=Role.AGENT,
    operation_id="submit_mentions",
    summary="Bring posts of another source",
    tags=["mentions"],
    status_code=202,
    responses=json_responses(SubmissionResult, 400, 415, 503, status=202, description="What became of each"),
)
def submit_mentions(wanted: Annotated[Submissions, Body()]) -> SubmissionResult:
    """Each is checked by itself: those that are right are queued and judged within seconds, and the others are named
    with the field at fault. A post is known by its source and id, so sending it again changes nothing."""
    return _submit(wanted)


@app.post(
    SIGNED_PATH,
    role=Role.AGENT,
    operation_id="submit_signed_mentions",
    summary="Bring posts of another source, signed in place of signing in",
    tags=["mentions"],
    status_code=202,
    responses=json_responses(SubmissionResult, 400, 415, 503, status=202, description="What became of each"),
    security=[{"signature": []}],
)
def submit_signed_mentions(wanted: Annotated[Submissions, Body()]) -> SubmissionResult:
    """As `POST /mentions`, for a program or a form without an account. The request is signed by Standard Webhooks:
    the headers `webhook-id`, `webhook-timestamp` (at most five minutes from now) and `webhook-signature`."""
    return _submit(wanted)


def _submit(wanted: Submissions) -> SubmissionResult:
    deps = app.deps
    submitted = read_submission(wanted.mentions, deps.brands(), deps.clock())
    mentions = {one.mention.key: one.mention for one in submitted if one.mention is not None}
    try:
        deps.submit(list(mentions.values()))
    except QueueError:
        raise UnavailableError(may_have_acted=True) from None
    items = [SubmittedItem.of(one) for one in submitted]
    refused = sum(one.status == "refused" for one in items)
    return SubmissionResult(queued=len(items) - refused, refused=refused, items=items)
