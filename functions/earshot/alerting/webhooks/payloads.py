"""An alert as other systems take it: a signed webhook, a message for Slack, a card for Microsoft Teams.

What a post says is a stranger's: it must mention nobody, link nowhere and format nothing in a channel of ours. Slack
gets it escaped and ``verbatim``; Teams in text runs, which know no Markdown.
"""

import json
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from standardwebhooks import Webhook

from earshot.alerting.webhooks.publication import Publication
from earshot.alerting.webhooks.targets import Target, TargetKind

SCHEMA_VERSION = 1
# https://docs.slack.dev/reference/block-kit/blocks
SLACK_HEADER_MOST = 150
SLACK_SECTION_MOST = 3000
SLACK_LINK_MOST = 2000
# Teams takes 28 KB for a whole message; these leave room for three bytes a character and for the card around them.
TEAMS_TEXT_MOST = 4000
TEAMS_LINES_MOST = 60
TEAMS_TITLE_MOST = 200
GAP = "\n[...]\n"
_SLACK_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Characters that turn the direction of what follows make a text look as if it said something else.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def content_of(target: Target, publication: Publication) -> bytes:
    """The body of the request, JSON in UTF-8."""
    made = {TargetKind.WEBHOOK: webhook, TargetKind.SLACK: slack, TargetKind.TEAMS: teams}[target.kind](publication)
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def headers_of(target: Target, publication: Publication, content: bytes, now: datetime) -> dict[str, str]:
    """The headers of one attempt; a webhook's are signed by Standard Webhooks, with ``now`` as the attempt's time."""
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
    """The generic body; docs/operating.md has its schema. ``version`` rises when a field changes its meaning."""
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
    """A message for an incoming webhook of Slack: ``text`` for the notification, ``blocks`` for the channel."""
    title = _title(publication)
    section = _without_the_middle([_SLACK_ESCAPES.get(one, one) for one in _plain(publication.text)])
    blocks: list[dict[str, Any]] = [
        # Plain text is shown as it is: it needs no escapes.
        {"type": "header", "text": {"type": "plain_text", "text": _cut(title, SLACK_HEADER_MOST), "emoji": False}},
        {"type": "section", "text": {"type": "mrkdwn", "text": section or "(no text)", "verbatim": True}},
    ]
    if (link := _link(publication)) and _units(link) <= SLACK_LINK_MOST:
        shown = f"<{''.join(_SLACK_ESCAPES.get(one, one) for one in link)}|Open the post>"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": shown, "verbatim": True}})
    return {"text": "".join(_SLACK_ESCAPES.get(one, one) for one in title), "blocks": blocks}


def teams(publication: Publication) -> dict[str, Any]:
    """A message for the Teams workflow "when a webhook request is received": one Adaptive Card."""
    text = _without_the_middle(list(_plain(publication.text)), TEAMS_TEXT_MOST)
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > TEAMS_LINES_MOST:
        last = TEAMS_LINES_MOST // 3
        lines = [*lines[: TEAMS_LINES_MOST - last - 1], GAP.strip(), *lines[-last:]]
    title = {"type": "TextRun", "text": _cut(_title(publication), TEAMS_TITLE_MOST), "weight": "Bolder"}
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
    """The link, if it can stand between Slack's brackets and open in a browser."""
    link = publication.link or ""
    good = link.startswith("https://") and link.isascii() and link.isprintable() and not set(link) & set(" <>|\"'\\")
    return link if good else None


def _plain(text: str) -> str:
    """Without control characters but line breaks, halves of characters, and what turns the direction of a text."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(
        one for one in unified if one == "\n" or (unicodedata.category(one) not in ("Cc", "Cs") and one not in _TURNING)
    )


def _units(text: str) -> int:
    """How long a text is in UTF-16, as JavaScript counts: no service of these counts a character as more."""
    return len(text) + sum(one > "\uffff" for one in text)


def _cut(text: str, most: int) -> str:
    """At most ``most`` units, saying that it was cut."""
    if _units(text) <= most:
        return text
    kept = text[: most - 3]
    while _units(kept) > most - 3:
        kept = kept[:-1]
    return f"{kept}..."


def _without_the_middle(pieces: Sequence[str], most: int = SLACK_SECTION_MOST) -> str:
    """The pieces joined, none of them cut. What is too long loses its middle: its end says until when, and where."""
    sizes = [_units(piece) for piece in pieces]
    if sum(sizes) <= most:
        return "".join(pieces)
    room = most - len(GAP)
    used, tail = 0, len(pieces)
    while used + sizes[tail - 1] <= room // 3:
        tail -= 1
        used += sizes[tail]
    head = 0
    while used + sizes[head] <= room:
        used += sizes[head]
        head += 1
    return "".join([*pieces[:head], GAP, *pieces[tail:]])
