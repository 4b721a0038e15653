"""The requests behind the link in an alert. GET shows a page and changes nothing; only a pressed button (POST) acts.

Mail scanners and link previews open every link they see, but none of them presses a button.
"""

import base64
import binascii
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from urllib.parse import parse_qs

from earshot.alerting.links.link import LINK_PATH, Link, id_of
from earshot.api.case_actions import ActionResult, CaseAction, RefusedError
from earshot.api.links.page import (
    ACKNOWLEDGE,
    HAND_OVER,
    NOT_A_COMPLAINT,
    SNOOZE,
    STYLE_HASH,
    UNDO,
    case_page,
    gone_page,
    unavailable_page,
)
from earshot.api.unavailable import RETRY_AFTER_SECONDS
from earshot.cases.alert_state.outlook import Outlook, Suppression
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy
from earshot.errors import ConflictError, NotFoundError, TransitionError

ROUTES = (f"GET {LINK_PATH}{{token}}", f"POST {LINK_PATH}{{token}}")
# Appended to the log entry of an action, whose actor has not signed in.
VIA = "by link"
MAX_BODY_BYTES = 1024
MAX_FORM_FIELDS = 4
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class LinkCaseStore(Protocol):
    """What the pages need from the case table."""

    def conversation(self, key: str) -> Conversation: ...
    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...


class LinkReader(Protocol):
    """Reads a link by its id, None if there is none."""

    def find_link(self, link_id: str) -> Link | None: ...


@dataclass(frozen=True, slots=True)
class LinkDependencies:
    """What answering a link needs.

    ``secrets`` returns the secrets that may have signed a link; with ``fresh=True`` it reads them again.
    ``suppression`` reads what may keep an alert back, ``list_again`` lists the incident of a case that goes on.
    """

    cases: LinkCaseStore
    links: LinkReader
    secrets: Callable[..., tuple[bytes, ...]]
    clock: Callable[[], datetime]
    report_action: Callable[[ActionResult], None]
    policy: Callable[[], Policy] = lambda: DEFAULT_POLICY
    suppression: Callable[[], Suppression] = Suppression
    list_again: Callable[[Case], object] = lambda case: None

    def outlook(self, now: datetime) -> Outlook:
        """What will become of the alerts of cases."""
        return Outlook(now, self.policy(), self.suppression)


def is_link(event: Mapping[str, Any]) -> bool:
    """Whether the request came by one of the two routes of links, which require no signing in."""
    return event.get("routeKey") in ROUTES


def answer_link(event: Mapping[str, Any], deps: LinkDependencies) -> dict[str, Any]:
    """The response to one request by a link. Whatever is wrong with a link, the response is the same 404 page."""
    now = deps.clock()
    parameters: Mapping[str, str] = event.get("pathParameters") or {}
    token = parameters.get("token", "")
    link = _find_link(token, deps, now)
    case = deps.cases.conversation(link.conversation).case if link is not None else None
    if link is None or case is None:
        return _response(404, gone_page())
    if event["requestContext"]["http"]["method"] != "POST":
        return _response(200, _page(case, link, deps, now))
    return _act(_pressed_button(event), token, link, case, deps, now)


def link_unavailable() -> dict[str, Any]:
    """The response to a request that met a service which is out."""
    response = _response(503, unavailable_page())
    return response | {"headers": {**HEADERS, "Retry-After": str(RETRY_AFTER_SECONDS)}}


def _find_link(token: str, deps: LinkDependencies, now: datetime) -> Link | None:
    # The secret may have been rotated since it was read: read it again before refusing the link.
    link_id = id_of(token, deps.secrets()) or id_of(token, deps.secrets(fresh=True))
    link = deps.links.find_link(link_id) if link_id else None
    return link if link is not None and link.expires_at > now else None


def _act(button: str, token: str, link: Link, case: Case, deps: LinkDependencies, now: datetime) -> dict[str, Any]:
    """Do what the pressed button says. ``case`` is as it was read before; the action reads it again."""
    actions = _actions(link, deps, now, button)
    if button not in actions:
        return _response(400, _page(case, link, deps, now, "Press one of the buttons."))
    try:
        deps.report_action(actions[button]())
    except RefusedError as error:
        return _response(409, _page(error.case, link, deps, now, str(error)))
    except ConflictError:
        return _response(409, _page(case, link, deps, now, "Others changed the case at the same time: press again."))
    # The browser then gets the page by GET, so reloading it or restoring its tab presses no button again.
    return {"statusCode": 303, "headers": HEADERS | {"Location": token}, "body": "", "isBase64Encoded": False}


def _actions(
    link: Link, deps: LinkDependencies, now: datetime, button: str
) -> Mapping[str, Callable[[], ActionResult]]:
    action = CaseAction(
        deps.cases,
        link.conversation,
        link.recipients,
        now,
        via=VIA,
        check=lambda case: _check(case, link, button),
        policy=deps.policy(),
    )
    return {
        ACKNOWLEDGE: lambda: _acknowledge_all(action, link, deps),
        HAND_OVER: action.hand_over,
        **{name: partial(action.snooze, minutes) for name, minutes in SNOOZE.items()},
        NOT_A_COMPLAINT: action.dismiss,
        UNDO: lambda: _undo_all(action, link, deps),
    }


def _acknowledge_all(action: CaseAction, link: Link, deps: LinkDependencies) -> ActionResult:
    """Acknowledge the case, and those of the alert's other cases that nobody has yet."""
    result = action.acknowledge()
    for key in link.others:
        with contextlib.suppress(RefusedError, ConflictError, NotFoundError):
            deps.report_action(replace(action, key=key, check=None).acknowledge())
    return result


def _undo_all(action: CaseAction, link: Link, deps: LinkDependencies) -> ActionResult:
    """Undo what was done last, and with an acknowledgement those that were made in one act with it."""
    result = action.undo()
    deps.list_again(result.case)
    done = result.case.undoable
    if result.entry is None or done is None or done.what != "acknowledged":
        return result

    def check(case: Case) -> None:
        if case.undoable is None or (case.undoable.what, case.undoable.at) != (done.what, done.at):
            raise TransitionError("It was not acknowledged in the same act.")

    for key in link.others:
        with contextlib.suppress(RefusedError, ConflictError, NotFoundError):
            deps.report_action(replace(action, key=key, check=check).undo())
    return result


def _check(case: Case, link: Link, button: str) -> None:
    """TransitionError if the alert is too old for this action. ``case`` is the one on which the action is decided."""
    if not link.is_of(case):
        raise TransitionError("This alert is over: use the latest one, or sign in.")
    has_gone_on = case.ladder.step != link.step and case.ladder.handed_over_by != link.recipients
    if button == HAND_OVER and case.status is Status.OPEN and has_gone_on:
        raise TransitionError(f"Rung {case.ladder.rung} has been alerted since: hand over from the latest alert.")


def _page(case: Case, link: Link, deps: LinkDependencies, now: datetime, message: str = "") -> str:
    alerts, others = deps.outlook(now).of(case), len(link.others)
    is_current = link.is_of(case)
    return case_page(case, link.recipients, now, alerts=alerts, is_current=is_current, message=message, others=others)


def _pressed_button(event: Mapping[str, Any]) -> str:
    """The name of the button in the form, "" if there is none."""
    body: str = event.get("body") or ""
    if len(body) > MAX_BODY_BYTES:
        return ""
    try:
        form = base64.b64decode(body, validate=True).decode("ascii") if event.get("isBase64Encoded") else body
        return parse_qs(form, max_num_fields=MAX_FORM_FIELDS).get("act", [""])[0]
    except (binascii.Error, ValueError):
        return ""


def _response(status: int, page: str) -> dict[str, Any]:
    return {"statusCode": status, "headers": HEADERS, "body": page, "isBase64Encoded": False}
