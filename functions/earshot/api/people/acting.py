"""Acting on a case in the name of whoever sent the request, and answering with the case as it is afterwards."""

from earshot.api.case_actions import ActionResult, CaseAction
from earshot.api.resolver import app
from earshot.api.schemas.cases import Case
from earshot.cases.case.key import check_case_id
from earshot.cases.incidents.listing_again import list_again


def action_on(case_id: str, if_match: str | None = None) -> CaseAction:
    """What whoever sent the request does with a case."""
    deps = app.deps
    key = check_case_id(case_id)
    policy = deps.policy()
    return CaseAction(
        deps.cases,
        key,
        by=app.identity.name,
        at=deps.clock(),
        policy=policy,
        if_match=if_match,
        names_of=deps.names_of,  # as of a minute ago: one act may be for a hundred cases
    )


def report(result: ActionResult) -> None:
    """Log and count what was done with a case; an incident that goes on is live again."""
    deps = app.deps
    deps.report_action(result)
    list_again(deps.incidents, result.case)


def finish(result: ActionResult) -> Case:
    """The case after an action, which is reported."""
    report(result)
    return Case.of(result.case, app.deps.outlook.of)
