"""Acting by the link in an alert: looking (GET) changes nothing, and only a button that is pressed (POST) acts.

Mail scanners and previews open every link they see; none of them presses a button.
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
from earshot.api.links.page import ACKNOWLEDGE, HAND_OVER, NOT_A_COMPLAINT, SNOOZE, STYLE_HASH, case_page, gone_page
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy
from earshot.errors import ConflictError, NotFoundError, TransitionError

ROUTES = (f"GET {LINK_PATH}{{token}}", f"POST {LINK_PATH}{{token}}")
VIA = "by link"
MOST_BODY_BYTES = 1024
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
    """What the page asks of the case table."""

    def conversation(self, key: str) -> Conversation: ...
    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...


class Links(Protocol):
    """Where it stands what a link is bound to."""

    def find_link(self, link_id: str) -> Link | None: ...


@dataclass(frozen=True, slots=True)
class LinkDependencies:
    """What answering a link takes. ``secrets`` gives those that may have signed it; ``fresh`` asks for them anew."""

    cases: LinkCaseStore
    links: Links
    secrets: Callable[..., tuple[bytes, ...]]
    clock: Callable[[], datetime]
    report: Callable[[ActionResult], None]
    policy: Callable[[], Policy] = lambda: DEFAULT_POLICY


def is_link(event: Mapping[str, Any]) -> bool:
    """Whether the request came in by one of the two routes that ask for no token of a person."""
    return event.get("routeKey") in ROUTES


def answer_link(event: Mapping[str, Any], desk: LinkDependencies) -> dict[str, Any]:
    """Answer one request by a link. Whatever is wrong with the link, the answer is one and the same page, 404."""
    now = desk.clock()
    token = (event.get("pathParameters") or {}).get("token", "")
    link = _link(token, desk, now)
    case = desk.cases.conversation(link.conversation).case if link is not None else None
    if link is None or case is None:
        return _answer(404, gone_page())
    if event["requestContext"]["http"]["method"] != "POST":
        return _answer(200, _page(case, link, now))
    return _press(_pressed(event), token, link, case, desk, now)


def _link(token: str, desk: LinkDependencies, now: datetime) -> Link | None:
    # A rotation since the secret was read: what was signed after it is known only to whoever reads it again.
    link_id = id_of(token, desk.secrets()) or id_of(token, desk.secrets(fresh=True))
    link = desk.links.find_link(link_id) if link_id else None
    return link if link is not None and link.expires_at > now else None


def _press(act: str, token: str, link: Link, case: Case, desk: LinkDependencies, now: datetime) -> dict[str, Any]:
    """Do what the button ``act`` says."""
    acting = CaseAction(
        desk.cases,
        link.conversation,
        link.recipients,
        now,
        via=VIA,
        check=lambda found: _check(found, link, act),
        policy=desk.policy(),
    )
    buttons: Mapping[str, Callable[[], ActionResult]] = {
        ACKNOWLEDGE: lambda: _take_all(acting, link, desk),
        HAND_OVER: acting.hand_over,
        **{name: partial(acting.snooze, minutes) for name, minutes in SNOOZE.items()},
        NOT_A_COMPLAINT: acting.dismiss,
    }
    if act not in buttons:
        return _answer(400, _page(case, link, now, "Press one of the buttons."))
    try:
        desk.report(buttons[act]())
    except RefusedError as error:
        return _answer(409, _page(error.case, link, now, str(error)))
    except ConflictError:
        return _answer(409, _page(case, link, now, "Others changed the case at the same moment: press again."))
    # The page is fetched by GET from here on: to reload it, or to reopen its tab tomorrow, presses nothing.
    return {"statusCode": 303, "headers": HEADERS | {"Location": token}, "body": "", "isBase64Encoded": False}


def _take_all(acting: CaseAction, link: Link, desk: LinkDependencies) -> ActionResult:
    """Take the case, and the others that the alert told of, as far as nobody has them."""
    taken = acting.acknowledge()
    for key in link.others:
        with contextlib.suppress(RefusedError, ConflictError, NotFoundError):
            desk.report(replace(acting, key=key, check=None).acknowledge())
    return taken


def _check(case: Case, link: Link, act: str) -> None:
    """Refuse what the link is too old for. ``case`` is as it is when the act is decided, not as it was shown."""
    if not link.is_of(case):
        raise TransitionError("This alert is over: act by the latest one, or sign in.")
    gone_on = case.ladder.step != link.step and case.ladder.handed_over_by != link.recipients
    if act == HAND_OVER and case.status is Status.OPEN and gone_on:
        raise TransitionError(f"Rung {case.ladder.rung} has been alerted since: hand over by the latest alert.")


def _page(case: Case, link: Link, now: datetime, message: str = "") -> str:
    return case_page(case, link.recipients, now, is_current=link.is_of(case), message=message, others=len(link.others))


def _pressed(event: Mapping[str, Any]) -> str:
    """The button in a form's body, "" where there is none."""
    body = event.get("body") or ""
    if len(body) > MOST_BODY_BYTES:
        return ""
    try:
        text = base64.b64decode(body, validate=True).decode("ascii") if event.get("isBase64Encoded") else body
        return parse_qs(text, max_num_fields=4).get("act", [""])[0]
    except (binascii.Error, ValueError):
        return ""


def _answer(status: int, page: str) -> dict[str, Any]:
    return {"statusCode": status, "headers": HEADERS, "body": page, "isBase64Encoded": False}
