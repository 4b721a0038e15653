"""The payload of an alert for other systems: a signed webhook, a message for Slack, a card for Microsoft Teams.

The text quotes a stranger's post, which must not mention anybody, link anywhere or format anything in a team's channel.
Slack gets it escaped and ``verbatim``, Teams in text runs, which have no Markdown. The text itself marks each line of a
post (``messages.text.quote``), which Slack shows as a quotation; where it is shortened, no line loses that mark.
"""

import json
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from standardwebhooks import Webhook

from earshot.alerting.webhooks.publication import Publication
from earshot.alerting.webhooks.targets import TargetKind, WebhookTarget

SCHEMA_VERSION = 1
# https://docs.slack.dev/reference/block-kit/blocks
MAX_SLACK_HEADER = 150
MAX_SLACK_SECTION = 3000
MAX_SLACK_LINK = 2000
# Teams accepts 28 KB for a whole message. These leave room for three bytes a character and for the card around them.
MAX_TEAMS_TEXT = 4000
MAX_TEAMS_LINES = 60
MAX_TEAMS_TITLE = 200
GAP = "\n[...]\n"
_SLACK_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Characters that change the direction of the text after them can make it look as if it said something else.
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Line breaks that are no "\\n" are shown as one by some programs and not by others.
_OTHER_BREAKS = str.maketrans(dict.fromkeys("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\t", " "))


def content_of(target: WebhookTarget, publication: Publication) -> bytes:
    """The body of the request, JSON in UTF-8."""
    payload = {TargetKind.WEBHOOK: webhook, TargetKind.SLACK: slack, TargetKind.TEAMS: teams}[target.kind](publication)
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def headers_of(target: WebhookTarget, publication: Publication, content: bytes, now: datetime) -> dict[str, str]:
    """The headers of one attempt. A webhook is signed as Standard Webhooks says, with ``now`` as the attempt's time."""
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Earshot"}
    if target.kind is TargetKind.WEBHOOK:
        signature = Webhook(target.secret).sign(publication.id, now, content.decode())
        headers |= {
            "webhook-id": publication.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
    return headers


def webhook(publication: Publication) -> dict[str, Any]:
    """The generic body. Its schema is in docs/operating.md; ``version`` rises when a field changes its meaning."""
    return {
        "type": "alert",
        "version": SCHEMA_VERSION,
        "id": publication.id,
        "alert": publication.name,
        "cases": list(publication.case_ids),
        "severity": publication.severity,
        "rung": publication.rung,
        "reason": publication.reason,
        "subject": publication.subject,
        "text": publication.text,
        "link": publication.link,
        "sent_at": publication.sent_at,
    }


def slack(publication: Publication) -> dict[str, Any]:
    """A message for Slack's incoming webhook: ``text`` for the notification, ``blocks`` for the channel."""
    title = _title(publication)
    section = _without_the_middle([_SLACK_ESCAPES.get(one, one) for one in _plain(publication.text)])
    blocks: list[dict[str, Any]] = [
        # Slack does not interpret plain text, so it needs no escapes.
        {"type": "header", "text": {"type": "plain_text", "text": _cut(title, MAX_SLACK_HEADER), "emoji": False}},
        {"type": "section", "text": {"type": "mrkdwn", "text": section or "(no text)", "verbatim": True}},
    ]
    if (link := _link(publication)) and _units(link) <= MAX_SLACK_LINK:
        shown = f"<{''.join(_SLACK_ESCAPES.get(one, one) for one in link)}|Open the post>"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": shown, "verbatim": True}})
    return {"text": "".join(_SLACK_ESCAPES.get(one, one) for one in title), "blocks": blocks}


def teams(publication: Publication) -> dict[str, Any]:
    """A message for the Teams workflow "when a webhook request is received": one Adaptive Card."""
    text = _without_the_middle(list(_plain(publication.text)), MAX_TEAMS_TEXT)
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > MAX_TEAMS_LINES:
        last = MAX_TEAMS_LINES // 3
        lines = [*lines[: MAX_TEAMS_LINES - last - 1], GAP.strip(), *lines[-last:]]
    title = {"type": "TextRun", "text": _cut(_title(publication), MAX_TEAMS_TITLE), "weight": "Bolder"}
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [
            {"type": "RichTextBlock", "inlines": [title | {"size": "Large"}]},
            *(
                {"type": "RichTextBlock", "spacing": "Small", "inlines": [{"type": "TextRun", "text": line}]}
                for line in lines
            ),
        ],
    }
    if link := _link(publication):
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open the post", "url": link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _title(publication: Publication) -> str:
    title = publication.subject or f"[{publication.severity or 'alert'}] {publication.reason or publication.name}"
    return " ".join(_plain(title).split()) or "Alert"


def _link(publication: Publication) -> str | None:
    """The link, if it is safe between Slack's brackets and opens in a browser; else None."""
    link = publication.link or ""
    good = link.startswith("https://") and link.isascii() and link.isprintable() and not set(link) & set(" <>|\"'\\")
    return link if good else None


def _plain(text: str) -> str:
    """Without control characters other than line breaks, surrogates, and characters that change the direction."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").translate(_OTHER_BREAKS)
    return "".join(
        one
        for one in unified
        if one == "\n" or (unicodedata.category(one) not in ("Cc", "Cs") and one not in _BIDI_CONTROLS)
    )


def _units(text: str) -> int:
    """The length of a text in UTF-16 code units, as JavaScript counts. None of these services counts more."""
    return len(text) + sum(one > "\uffff" for one in text)


def _cut(text: str, most: int) -> str:
    """At most ``most`` code units, ending in ``...`` where it was cut."""
    if _units(text) <= most:
        return text
    kept = text[: most - 3]
    while _units(kept) > most - 3:
        kept = kept[:-1]
    return f"{kept}..."


def _without_the_middle(pieces: Sequence[str], most: int = MAX_SLACK_SECTION) -> str:
    """The pieces joined, none of them cut. A text that is too long loses its middle: its end has the link."""
    sizes = [_units(piece) for piece in pieces]
    if sum(sizes) <= most:
        return "".join(pieces)
    room = most - len(GAP)
    used, tail = 0, len(pieces)
    while used + sizes[tail - 1] <= room // 3:
        tail -= 1
        used += sizes[tail]
    # What is left of a line would have lost the mark that says whose it is.
    if "\n" in pieces[tail:]:
        tail = pieces.index("\n", tail) + 1
        used = sum(sizes[tail:])
    head = 0
    while used + sizes[head] <= room:
        used += sizes[head]
        head += 1
    return "".join([*pieces[:head], GAP, *pieces[tail:]])
