"""The routes of what nobody waits for by the clock: praise to say thanks for, and who could be won."""

from earshot.api.auth.roles import Role
from earshot.api.resolver import answers, app, dependencies_of_request
from earshot.api.routes.cases import Cursor, Limit
from earshot.api.schemas import cases as shapes
from earshot.api.schemas import reports as report_shapes
from earshot.triage.judgement import Intent


@app.get(
    "/praise",
    group=Role.VIEWER,
    operation_id="list_praise",
    summary="Praise to say thanks for",
    tags=["cases"],
    responses=answers(report_shapes.PraisePage, 400),
)
def list_praise(limit: Limit = 25, cursor: Cursor = None) -> report_shapes.PraisePage:
    """What nobody has answered: of former complainers first, then whose author most people follow, then the newest."""
    page = dependencies_of_request().queries.unanswered(Intent.PRAISE, limit=limit, cursor=cursor)
    items = [
        report_shapes.Praise(
            case=shapes.Case.of(case),
            former_complainer=case.recovery.earlier_complaints > 0,
            complaints=case.recovery.earlier_complaints,
        )
        for case in page.items
    ]
    return report_shapes.PraisePage(items=items, next_cursor=page.next_cursor)


@app.get(
    "/opportunities",
    group=Role.VIEWER,
    operation_id="list_opportunities",
    summary="Who could be won",
    tags=["cases"],
    responses=answers(shapes.CasePage, 400),
)
def list_opportunities(limit: Limit = 25, cursor: Cursor = None) -> shapes.CasePage:
    """What nobody has answered, the newest first."""
    page = dependencies_of_request().queries.unanswered(Intent.OPPORTUNITY, limit=limit, cursor=cursor)
    items = [shapes.Case.of(case) for case in page.items]
    return shapes.CasePage(items=items, next_cursor=page.next_cursor)
