"""What an alert says: who, what, why, where, and how long the clock has left; as an SMS and as an email.

An SMS holds 160 characters of GSM-7, or two joined parts of 153. One character outside that alphabet turns the
whole message to UCS-2, with less than half the room, so typographic quotes, dashes and emoji are spelled out
where the text is in Latin letters; a text in another script keeps it, and may take a third part of 67 characters.
(3GPP TS 23.038)
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

import smsutil
from anyascii import anyascii

from earshot.alerting.messages.link_instructions import HOW_TO_ACT
from earshot.cases.case.case import Case
from earshot.triage.judgement import Reason

# SNS puts the topic's display name before every SMS of its own accord: it takes its share of the first part.
SENDER = "Earshot> "
GSM_PARTS = 2
UCS2_PARTS = 3
SUBJECT_MOST = 99
NAME_MOST = 40
REASONS_IN_SMS = 2
# With both links in an SMS, so many characters of the post must be left, or its own link goes.
QUOTED_LEAST = 60
ELLIPSIS = "..."
_OPENING_HANDLES = re.compile(r"^(?:@\w+\s+)+")
_ADDRESSES = re.compile(r"https?://\S+|@\w+")


def sms(case: Case, now: datetime, act: str | None = None) -> str:
    """The text message: two or three parts at most, with the link whole within one of them.

    ``act`` is the address by which the reader may act. Where both links leave too little room for the post, its own
    is left out: the page behind ``act`` has it.
    """
    header = _legible(headline(case, now))
    why = _legible("Why: " + "; ".join(reason.text for reason in _weightiest(case)[:REASONS_IN_SMS]))
    # Whom the post opens with is the brand, and the reader knows that.
    said = _legible(_OPENING_HANDLES.sub("", " ".join(case.headline.text.split())))
    if act is not None:
        return _with_act(header, act, case.headline.link, said, why)
    message = _fitted([header, case.headline.link or f"Case {case.id}"], said, [why])
    parts = smsutil.split(SENDER + message).parts
    if case.headline.link and len(parts) > 1 and not any(case.headline.link in part.content for part in parts):
        message = _fitted([case.headline.link, header], said, [why])
    return message


def _with_act(header: str, act: str, link: str | None, said: str, why: str) -> str:
    """The first arrangement with the links whole that quotes enough of the post; at worst in GSM-7 and short.

    A part of another alphabet has 67 characters, and an address may have more: there the words are spelled in Latin
    letters, and the page behind the link shows them as they were written.
    """
    act = f"Act: {act}"
    wanted: list[tuple[list[str], list[str], int]] = [([header, act], [why], 0), ([act, header], [why], 0)]
    if link:
        both = ([header, act], [why, link]), ([header, act, link], [why]), ([act, link, header], [why])
        wanted = [(before, after, QUOTED_LEAST) for before, after in both] + wanted
    for spelled in (str, _gsm):
        for before, after, quoted_least in wanted:
            above, below = [spelled(line) for line in before], [spelled(line) for line in after]
            if not fits_on_a_phone("\n".join([*above, spelled(said)[:quoted_least], *below])):
                continue
            message = _fitted(above, spelled(said), below)
            if _are_whole([line for line in (*before, *after) if line in (act, link)], message):
                return message
    return _fitted([act, _cut(_gsm(header), NAME_MOST)], _gsm(said), [])


def _are_whole(lines: list[str], message: str) -> bool:
    parts = smsutil.split(SENDER + message).parts
    return all(any(line in part.content for part in parts) for line in lines)


def fitted_sms(lines: list[str], said: str) -> str:
    """A text message of ``lines`` and, below them, as much of a post as its parts hold."""
    return _fitted([_legible(line) for line in lines], _legible(excerpt(said, len(said))), [])


def in_plain_letters(text: str) -> str:
    """What stands in a message as its author wrote it, without what no telephone shows."""
    return "".join(character if character.isprintable() else " " for character in text)


def email_subject(case: Case, now: datetime) -> str:
    """One line of fewer than 100 printable characters, as SNS asks for."""
    judged = case.assessment
    return subject_line(f"[{judged.severity}] {judged.intent} from {_who(case)}: {time_left(case, now)}")


def subject_line(subject: str) -> str:
    """A subject as SNS takes it: fewer than 100 characters of ASCII, all of them printable."""
    return _cut(in_plain_letters(anyascii(subject)), SUBJECT_MOST)


def email(case: Case, rung: int, now: datetime, act: str | None = None, note: str | None = None) -> str:
    """The mail: everything that the person needs in order to decide, in plain text, and the address to act by.

    ``note`` is what must be known of the alert itself: it comes first.
    """
    judged = case.assessment
    said = "\n".join(f"    {line}" for line in case.headline.text.splitlines()) or "    (no text)"
    reasons = "\n".join(f"  - {reason.text}{_points(reason)}" for reason in _weightiest(case)) or "  - (none)"
    opening = f"{note}\n\n" if note else ""
    heard_by = f", reposted {case.spread.reposts} times" if case.spread.reposts else ""
    begun = f"{_who(case)}{heard_by}, wrote on {_when(case.headline.at)}"
    if case.incident is not None:
        begun = f"Incident since {_when(case.incident.began_at)}: {_who(case)}"
    return (
        f"{opening}{begun}:\n\n{said}\n\n"
        f"Why you are told: {judged.intent}, {judged.severity}, urgency {judged.urgency} of 100\n{reasons}\n\n"
        f"Answer by: {_when(case.response.due_at)} ({time_left(case, now)})\n"
        f"Where: {case.headline.link or 'no link known'}\n"
        f"Case: {case.id}, alerting rung {rung}\n\n"
        f"{HOW_TO_ACT.format(act) if act else ''}"
        "Acknowledge the case, and reply as a person. Earshot never posts.\n"
    )


def headline(case: Case, now: datetime) -> str:
    """One case in a line: ``HIGH, 12 min left: Jane Doe (@jane), 950 listening``."""
    return f"{case.assessment.severity.upper()}, {time_left(case, now)}: {_who(case)}"


def excerpt(text: str, length: int) -> str:
    """What a post says, on one line without control characters, the handles that it opens with left out."""
    printable = in_plain_letters(text)
    return _cut(_OPENING_HANDLES.sub("", " ".join(printable.split())), length)


def fits_on_a_phone(message: str) -> bool:
    """Whether a text message keeps to the parts that its alphabet is allowed."""
    split = smsutil.split(SENDER + message)
    return len(split.parts) <= (GSM_PARTS if split.encoding == "gsm0338" else UCS2_PARTS)


def time_left(case: Case, now: datetime) -> str:
    """What the clock says: ``12 min left``, ``3 h left``, ``late by 2 d``."""
    left = case.response.due_at - now
    return f"{span(left)} left" if left >= timedelta(0) else f"late by {span(-left)}"


def reach(followers: int) -> str:
    """How many listen, as a person says it: 950, 12.4k, 3.1M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if followers >= size:
            return f"{followers / size:.1f}".removesuffix(".0") + letter
    return str(followers)


def _who(case: Case) -> str:
    label = case.author.label
    if len(label) > NAME_MOST and case.author.handle:
        label = f"@{case.author.handle}"
    return label if case.author.followers is None else f"{label}, {reach(case.spread.reach)} listening"


def _weightiest(case: Case) -> list[Reason]:
    """The reasons by what they weigh. That it is a complaint is said already: it comes last."""
    return sorted(case.assessment.reasons, key=lambda reason: (reason.rule.startswith("intent."), -reason.points))


def _points(reason: Reason) -> str:
    return f" ({reason.points:+d})" if reason.points else ""


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def span(time: timedelta) -> str:
    """How long something is, as a person says it: ``12 min``, ``3 h``, ``2 d``."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 100:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 72 else f"{hours // 24} d"


def _legible(text: str) -> str:
    """GSM-7 where the letters are Latin; other scripts are left alone, since their readers read them best."""
    letters = [character for character in _ADDRESSES.sub("", text) if character.isalpha()]
    latin = sum("LATIN" in unicodedata.name(character, "") for character in letters)
    if latin * 2 < len(letters):
        return text
    return _gsm(text)


def _gsm(text: str) -> str:
    """The text in GSM-7, letter by letter; what even ASCII has no GSM-7 for becomes an apostrophe or a space."""
    spelled = "".join(one if smsutil.is_valid_gsm(one) else anyascii(one).replace("`", "'") for one in text)
    return "".join(one if smsutil.is_valid_gsm(one) else " " for one in spelled)


def _fitted(before: list[str], said: str, after: list[str]) -> str:
    """The lines with as much of ``said`` between them as the parts hold."""

    def message(length: int) -> str:
        return "\n".join([*before, _cut(said, length), *after])

    fits, fails = 0, len(said) + 1
    while fits + 1 < fails:
        middle = (fits + fails) // 2
        if fits_on_a_phone(message(middle)):
            fits = middle
        else:
            fails = middle
    return message(fits)


def _cut(text: str, length: int) -> str:
    """At most ``length`` characters, ending at a word where one ends in reach, and saying that it was cut."""
    if len(text) <= length:
        return text
    if length <= len(ELLIPSIS):
        return text[:length]
    kept = text[: length - len(ELLIPSIS)]
    at_word = kept.rpartition(" ")[0]
    return (at_word if len(at_word) >= len(kept) * 2 // 3 else kept) + ELLIPSIS
