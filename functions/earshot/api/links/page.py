"""The pages behind the link in an alert: for a phone, without a script, in dark and in light.

A page says what the alert said and where the case stands, and nothing beyond. Everything that people wrote is
escaped, and an address becomes a link only where it is one of the web.
"""

import base64
import hashlib
from datetime import UTC, datetime
from html import escape

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import SNOOZES
from earshot.cases.case.status import Status

ACKNOWLEDGE, HAND_OVER, NOT_A_COMPLAINT = "acknowledge", "hand-over", "not-a-complaint"
SNOOZE = {f"snooze-{minutes}": minutes for minutes in SNOOZES}
_LABELS = {
    ACKNOWLEDGE: "Acknowledge",
    HAND_OVER: "Hand over",
    **{name: f"Snooze {minutes} min" for name, minutes in SNOOZE.items()},
    NOT_A_COMPLAINT: "Not a complaint",
}
# No page grows beyond what a phone loads in a moment; of a longer post the link shows the rest.
TEXT_MOST = 1000
NAME_MOST = 80
REASONS_MOST = 8
_STYLE = """
:root{color-scheme:light dark}
body{font:1.05rem/1.45 system-ui,sans-serif;margin:0 auto;max-width:34rem;padding:1rem}
blockquote{margin:.8rem 0;padding:.1rem 0 .1rem .8rem;border-left:.25rem solid;white-space:pre-wrap}
h1{font-size:1.2rem}p,li,blockquote{overflow-wrap:anywhere}
button{font:inherit;display:block;width:100%;min-height:3rem;margin:.6rem 0;border-radius:.5rem;border:1px solid}
button:first-child{font-weight:bold}[role=status]{font-weight:bold}
""".replace("\n", "")
STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def case_page(
    case: Case, audience: str, now: datetime, *, is_current: bool = True, message: str = "", others: int = 0
) -> str:
    """The case for whoever ``audience`` is, with what they may do; ``message`` says what became of their last press.

    The alert told of so many ``others``, which are taken along with it. ``is_current`` is false where the alert is of a
    ladder that the case has no more.
    """
    who = case.author.label if len(case.author.label) <= NAME_MOST else case.author.label[:NAME_MOST] + "..."
    reach = "" if case.author.followers is None else f", reach {case.spread.reach:,}"
    said = case.headline.text if len(case.headline.text) <= TEXT_MOST else case.headline.text[:TEXT_MOST] + "..."
    reasons = "".join(f"<li>{escape(reason.text)}</li>" for reason in case.assessment.reasons[:REASONS_MOST])
    link = case.headline.link
    link = link if link and link.startswith(("https://", "http://")) else None
    where = f'<p><a href="{escape(link)}" rel="noreferrer noopener">Open the post</a></p>' if link else ""
    return _page(
        f"{case.assessment.severity}: {case.assessment.intent}",
        (f'<p role="status">{escape(message)}</p>' if message else "")
        + f"<p>{escape(_standing(case, audience, now, is_current))}</p>"
        + (f"<p>The alert told of {others} more: acknowledging takes them all.</p>" if others else "")
        + f"<p>{escape(who)}{reach}, {_begun(case)}:</p>"
        + f"<blockquote>{escape(said)}</blockquote>{where}"
        + f"<p>Answer by {_when(case.response.due_at)}. Why you are told:</p><ul>{reasons}</ul>"
        + _buttons(offered(case, audience, is_current=is_current))
        + f"<p>Case {escape(case.id)}, for {escape(audience)}. Reply as a person: Earshot never posts.</p>",
    )


def gone_page() -> str:
    """What everybody sees whose link does not lead anywhere, whatever the reason."""
    return _page(
        "This link leads nowhere",
        "<p>Links in alerts are good for a day. Open the latest alert, or sign in to see the open cases.</p>",
    )


def offered(case: Case, audience: str, *, is_current: bool) -> tuple[str, ...]:
    """What ``audience`` may do with the case as it stands."""
    if not is_current:
        return ()
    if case.status is Status.OPEN:
        return tuple(_LABELS)
    if case.status is Status.ACKNOWLEDGED and case.acknowledgement.by == audience:
        return HAND_OVER, NOT_A_COMPLAINT
    return ()


def _standing(case: Case, audience: str, now: datetime, is_current: bool) -> str:
    """Where the case stands, and who holds it."""

    def named(name: str | None) -> str:
        return f"{name} (you)" if name == audience else f"{name}"

    if case.status is Status.ACKNOWLEDGED and case.acknowledgement.at is not None:
        return f"Held by {named(case.acknowledgement.by)} since {_when(case.acknowledgement.at)}."
    if case.status is Status.RESOLVED:
        outcome = f": {case.resolution.outcome}" if case.resolution.outcome else ""
        return f"Resolved by {named(case.resolution.by)}{outcome}."
    if case.status is Status.REPLIED:
        return "Answered: the brand was seen to reply."
    if not is_current:
        return "Open, but this alert is over: see the latest one."
    if case.ladder.snoozed_until is not None and case.ladder.snoozed_until > now:
        return f"Open. Snoozed until {_when(case.ladder.snoozed_until)} by {named(case.ladder.snoozed_by)}."
    if case.ladder.handed_over_by is not None:
        return f"Open. Handed over by {named(case.ladder.handed_over_by)}: rung {case.ladder.rung} is being alerted."
    return "Open: nobody has it yet."


def _begun(case: Case) -> str:
    if case.incident is None:
        return f"wrote on {_when(case.headline.at)}"
    over = "" if case.incident.ended_at is None else f" until {_when(case.incident.ended_at)}"
    return f"an incident since {_when(case.incident.began_at)}{over}"


def _buttons(acts: tuple[str, ...]) -> str:
    if not acts:
        return ""
    # Without an action the form goes to the address of the page, wherever a proxy has put it.
    buttons = "".join(f'<button name="act" value="{act}">{_LABELS[act]}</button>' for act in acts)
    return f'<form method="post">{buttons}</form>'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex,nofollow"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title.capitalize())}</h1>{body}</main></body></html>"
    )


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
