"""The HTML pages behind the link in an alert: for a phone, without scripts, in dark and in light.

A page repeats the alert and shows the current state of the case. MarkupSafe escapes every value that is put into the
markup, and only a web address becomes a link.
"""

import base64
import hashlib
from datetime import UTC, datetime

from markupsafe import Markup

from earshot.cases.alert_state.alert_state import AlertState, alert_state
from earshot.cases.case.case import Case
from earshot.cases.case.ladder import SNOOZES
from earshot.cases.case.status import Status
from earshot.plain_text import one_line, visible

ACKNOWLEDGE, HAND_OVER, NOT_A_COMPLAINT, UNDO = "acknowledge", "hand-over", "not-a-complaint", "undo"
SNOOZE = {f"snooze-{minutes}": minutes for minutes in SNOOZES}
_LABELS = {
    ACKNOWLEDGE: "Acknowledge",
    HAND_OVER: "Hand over",
    **{name: f"Snooze {minutes} min" for name, minutes in SNOOZE.items()},
    NOT_A_COMPLAINT: "Not a complaint",
}
_UNDO_LABEL = "Undo: {}"
# They keep a page below 10 KB; the link to the post shows the rest of a longer text.
MAX_TEXT = 1000
MAX_NAME = 80
# On a phone, so that the buttons below stay within reach whatever a stranger wrote.
MAX_LINES = 15
MAX_REASONS = 8
_STYLE = Markup("""
:root{color-scheme:light dark}
body{font:1.05rem/1.45 system-ui,sans-serif;margin:0 auto;max-width:34rem;padding:1rem}
blockquote{margin:.8rem 0;padding:.1rem 0 .1rem .8rem;border-left:.25rem solid;white-space:pre-wrap}
h1{font-size:1.2rem}p,li,blockquote{overflow-wrap:anywhere}
button{font:inherit;display:block;width:100%;min-height:3rem;margin:.6rem 0;border-radius:.5rem;border:1px solid}
button:first-child{font-weight:bold}[role=status]{font-weight:bold}
""").replace("\n", "")
STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    '<meta name="robots" content="noindex,nofollow"><meta name="referrer" content="no-referrer">'
    "<title>{title}</title><style>{style}</style></head>"
    "<body><main><h1>{heading}</h1>{body}</main></body></html>"
)
_CASE = Markup(
    "{message}<p>{status}</p>{others}"
    '<p>{author}, {posted}:</p><blockquote dir="auto">{text}</blockquote>{link}'
    "<p>Answer by {due_at}. Reasons for this alert:</p><ul>{reasons}</ul>{buttons}"
    "<p>Case {id}, for {recipients}. A person replies on the network: Earshot never posts.</p>"
)
_MESSAGE = Markup('<p role="status">{}</p>')
_OTHERS = Markup("<p>The alert names {} more: acknowledging takes all of them.</p>")
_LINK = Markup('<p><a href="{}" rel="noreferrer noopener">Open the post</a></p>')
_REASON = Markup("<li>{}</li>")
_BUTTON = Markup('<button name="act" value="{}">{}</button>')
# Without an action, the form is sent to the address of the page, behind whatever proxy.
_FORM = Markup('<form method="post">{}</form>')
_GONE = Markup("<p>Links in alerts work for a day. Open the latest alert, or sign in to see the open cases.</p>")
_UNAVAILABLE = Markup("<p>Try again in half a minute, and look whether a button that you pressed has worked.</p>")
_NOTHING = Markup("")


def case_page(
    case: Case,
    recipients: str,
    now: datetime,
    *,
    alerts: AlertState | None = None,
    is_current: bool = True,
    message: str = "",
    others: int = 0,
) -> str:
    """The page of a case for ``recipients``, with buttons for what they may do.

    ``alerts`` is the state of its alerts, None where nothing more is known than the case tells. ``message`` says what
    became of the button they pressed. ``others`` is how many more cases the alert names, which are acknowledged
    together. ``is_current`` is False if the alert belongs to a ladder that the case no longer has.
    """
    assessment, link = case.assessment, case.posts.headline.link
    body = _CASE.format(
        message=_MESSAGE.format(message) if message else _NOTHING,
        status=_status(case, recipients, alerts or alert_state(case), is_current),
        others=_OTHERS.format(others) if others else _NOTHING,
        author=_author(case),
        posted=_posted(case),
        text=_quoted(case.posts.headline.text),
        link=_LINK.format(link) if link and link.startswith(("https://", "http://")) else _NOTHING,
        due_at=_minute(case.response.due_at),
        reasons=_NOTHING.join(_REASON.format(one_line(reason.text)) for reason in assessment.reasons[:MAX_REASONS]),
        buttons=_buttons(_labels(case, recipients, now, is_current)),
        id=case.id,
        recipients=recipients,
    )
    return _page(f"{assessment.severity}: {assessment.intent}", body)


def gone_page() -> str:
    """The page for every link that does not work, whatever the reason."""
    return _page("This link does not work", _GONE)


def allowed_actions(case: Case, recipients: str, *, is_current: bool) -> tuple[str, ...]:
    """The actions that ``recipients`` may take in the current state of the case."""
    if not is_current:
        return ()
    if case.status is Status.OPEN:
        return tuple(_LABELS)
    if case.status is Status.ACKNOWLEDGED and case.acknowledgement.by == recipients:
        return HAND_OVER, NOT_A_COMPLAINT
    return ()


def _labels(case: Case, recipients: str, now: datetime, is_current: bool) -> dict[str, str]:
    """The buttons: what they may do, and at the end what they can undo."""
    labels = {name: _LABELS[name] for name in allowed_actions(case, recipients, is_current=is_current)}
    done = case.undoable
    if is_current and done is not None and done.by == recipients and done.is_open(case.version) and now <= done.until:
        labels[UNDO] = _UNDO_LABEL.format(done.what)
    return labels


def _status(case: Case, recipients: str, alerts: AlertState, is_current: bool) -> str:
    """The status of the case, and who has it."""

    def named(name: str | None) -> str:
        return f"{name} (you)" if name == recipients else f"{name}"

    if case.status is Status.ACKNOWLEDGED and case.acknowledgement.at is not None:
        return f"Acknowledged by {named(case.acknowledgement.by)} at {_minute(case.acknowledgement.at)}."
    if case.status is Status.RESOLVED:
        outcome = f": {case.resolution.outcome}" if case.resolution.outcome else ""
        return f"Resolved by {named(case.resolution.by)}{outcome}."
    if case.status is Status.REPLIED:
        return "Answered: the brand has replied."
    if not is_current:
        return "Open, but this alert is over: open the latest one."
    said = alerts.text(_minute)
    by = case.ladder.handed_over_by
    handed = "" if by is None else f" Handed over by {named(by)}."
    return f"Open: nobody has acknowledged it yet.{handed} {said[:1].upper()}{said[1:]}."


def _author(case: Case) -> str:
    reach = "" if case.author.followers is None else f", reach {case.posts.spread.reach:,}"
    return _shortened(case.author.label, MAX_NAME) + reach


def _posted(case: Case) -> str:
    if case.incident is None:
        return f"posted at {_minute(case.posts.headline.at)}"
    over = "" if case.incident.ended_at is None else f" until {_minute(case.incident.ended_at)}"
    return f"an incident since {_minute(case.incident.began_at)}{over}"


def unavailable_page() -> str:
    """The page where a service of AWS is out, so that nothing can be shown or done."""
    return _page("Earshot cannot reach its data", _UNAVAILABLE)


def _buttons(labels: dict[str, str]) -> Markup:
    return _FORM.format(_NOTHING.join(_BUTTON.format(*label) for label in labels.items())) if labels else _NOTHING


def _page(title: str, body: Markup) -> str:
    return str(_PAGE.format(title=title, style=_STYLE, heading=title.capitalize(), body=body))


def _quoted(post: str) -> str:
    """The beginning of a post, without empty lines and what hides or turns text around."""
    lines = [line for line in map(visible, post[: MAX_TEXT + 1].splitlines()) if line.strip()]
    shown = "\n".join(lines[:MAX_LINES])
    return f"{shown}..." if len(lines) > MAX_LINES and len(shown) <= MAX_TEXT else _shortened(shown, MAX_TEXT)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + "..."


def _minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
