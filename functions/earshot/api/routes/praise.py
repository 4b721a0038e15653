"""Reading what deserves an answer without a deadline: praise, and opportunities to win a customer."""

from earshot.api.auth.roles import Role
from earshot.api.parameters import Cursor, Limit
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.cases import CasePage, PraisePage
from earshot.triage.judgement import Intent


@app.get(
    "/praise",
    role=Role.VIEWER,
    operation_id="list_praise",
    summary="Unanswered praise",
    tags=["cases"],
    responses=json_responses(PraisePage, 400),
)
def list_praise(limit: Limit = 25, cursor: Cursor = None) -> PraisePage:
    """Former complainers first, then by the author's followers, then newest first."""
    return PraisePage.of(app.deps.queries.unanswered(Intent.PRAISE, limit=limit, cursor=cursor))


@app.get(
    "/opportunities",
    role=Role.VIEWER,
    operation_id="list_opportunities",
    summary="Unanswered opportunities",
    tags=["cases"],
    responses=json_responses(CasePage, 400),
)
def list_opportunities(limit: Limit = 25, cursor: Cursor = None) -> CasePage:
    """People who could become customers, newest first."""
    return CasePage.of(app.deps.queries.unanswered(Intent.OPPORTUNITY, limit=limit, cursor=cursor))
