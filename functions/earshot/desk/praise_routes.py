"""The routes of what nobody waits for by the clock: praise to say thanks for, and who could be won."""

from earshot.desk import report_shapes, shapes
from earshot.desk.groups import Group
from earshot.desk.resolver import answers, app, desk_of_request
from earshot.desk.routes import Cursor, Limit
from earshot.triage.judgement import Intent


@app.get(
    "/praise",
    group=Group.VIEWER,
    operation_id="list_praise",
    summary="Praise to say thanks for",
    tags=["cases"],
    responses=answers(report_shapes.PraisePage, 400),
)
def list_praise(limit: Limit = 25, cursor: Cursor = None) -> report_shapes.PraisePage:
    """What nobody has answered: of former complainers first, then whose author most people follow, then the newest."""
    page = desk_of_request().queries.desk(Intent.PRAISE, limit=limit, cursor=cursor)
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
    group=Group.VIEWER,
    operation_id="list_opportunities",
    summary="Who could be won",
    tags=["cases"],
    responses=answers(shapes.CasePage, 400),
)
def list_opportunities(limit: Limit = 25, cursor: Cursor = None) -> shapes.CasePage:
    """What nobody has answered, the newest first."""
    page = desk_of_request().queries.desk(Intent.OPPORTUNITY, limit=limit, cursor=cursor)
    items = [shapes.Case.of(case) for case in page.items]
    return shapes.CasePage(items=items, next_cursor=page.next_cursor)
