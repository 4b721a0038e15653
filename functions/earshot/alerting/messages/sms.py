"""The text message of an alert: what it says, and how it is made to fit.

An SMS holds 160 characters of GSM-7, or 153 in each of several joined parts (3GPP TS 23.038). One character outside of
that alphabet turns the whole message to UCS-2, with 70 or 67. So typographic quotes, dashes and emoji are replaced
where a text is in Latin letters. A text in another script is kept as it is, and may take a third part.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache

import smsutil

from earshot.alerting.messages.text import (
    MAX_NAME_LENGTH,
    QUOTED,
    author_bound_line,
    excerpt,
    main_reasons,
    shorten,
    shown_link,
    summary_line,
    without_addresses,
)
from earshot.cases.case.case import Case
from earshot.plain_text import one_line

# Stands before every SMS, so that its reader knows who writes. It takes room in the first part.
SENDER = "Earshot> "
MAX_GSM_PARTS = 2
MAX_UCS2_PARTS = 3
MAX_REASONS = 2
# An SMS with both links quotes at least so many characters of the post, or the post's own link is left out.
MIN_QUOTE_LENGTH = 60
# More than fits into all parts: the rest of a long post need not be measured.
_MOST_QUOTED = 400
# Of a line of ours with a name in it. Spelled in Latin letters, an emoji can become twenty characters.
_MAX_LINE = 100
_ADDRESSES = re.compile(r"https?://\S+|@\w+")


def sms(case: Case, now: datetime, action_link: str | None = None) -> str:
    """The text message about one case: two or three parts at most, each link whole within one of them.

    ``action_link`` is the address by which its reader may act. Where both links leave too little room for the post,
    the post's own is left out: the page behind ``action_link`` has it.
    """
    header = shorten(_in_best_alphabet(summary_line(case, now)), _MAX_LINE)
    why = _in_best_alphabet("Why: " + "; ".join(one_line(reason.text) for reason in main_reasons(case)[:MAX_REASONS]))
    if (bound := author_bound_line(case)) is not None:
        why = bound
    post, link = _quotable(case.posts.headline.text), shown_link(case.posts.headline.link)
    if action_link is not None:
        return _sms_with_action(header, f"Act: {action_link}", link, post, why)
    message = _with_quote([header, link or f"Case {case.id}"], post, [why])
    # On a phone, a link that is split over two parts cannot be opened.
    return message if not link or _are_whole([link], message) else _with_quote([link, header], post, [why])


def sms_of_lines(lines: Sequence[str], post: str) -> str:
    """A text message of ``lines``, and below them as much of ``post`` as fits."""
    lines = [line if line.startswith("Act: ") else shorten(_in_best_alphabet(line), _MAX_LINE) for line in lines]
    return _with_quote(lines, _quotable(post), [])


def sms_with_link(header: str, link: str, post: str) -> str:
    """A text message with a link, whole within one part, below or above the ``header``, and what fits of ``post``.

    Without the link, where it is too long for one part.
    """
    header, action = shorten(_in_best_alphabet(header), _MAX_LINE), f"Case: {link}"
    message = _with_quote([header, action], _quotable(post), [])
    if not _are_whole([action], message):
        message = _with_quote([action, header], _quotable(post), [])
    # A link that no part holds cannot be opened, and SNS refuses what is too long: the console has the case.
    is_good = fits_on_a_phone(message) and _are_whole([action], message)
    return message if is_good else _with_quote([header], _quotable(post), [])


def part_count(text: str) -> int:
    """How many parts a text takes, including the sender that SNS puts before it."""
    return len(smsutil.split(SENDER + text).parts)


def fits_on_a_phone(message: str) -> bool:
    """Whether a text message takes no more parts than its alphabet allows."""
    split = smsutil.split(SENDER + message)
    return len(split.parts) <= (MAX_GSM_PARTS if split.encoding == "gsm0338" else MAX_UCS2_PARTS)


def _sms_with_action(header: str, action: str, link: str | None, post: str, why: str) -> str:
    """The first arrangement that keeps the links whole and quotes enough of the post; else the bare minimum in GSM-7.

    A part in UCS-2 has 67 characters, and an address may have more. Then the words are spelled in Latin letters; the
    page behind the link shows them as they were written.
    """
    arrangements: list[tuple[list[str], list[str], int]] = [([header, action], [why], 0), ([action, header], [why], 0)]
    if link:
        with_both = ([header, action], [why, link]), ([header, action, link], [why]), ([action, link, header], [why])
        arrangements = [(before, after, MIN_QUOTE_LENGTH) for before, after in with_both] + arrangements
    spellings: tuple[Callable[[str], str], ...] = (str, _in_gsm)
    for spell in spellings:
        quote = QUOTED + spell(post)
        for before, after, min_quote in arrangements:
            above = [shorten(spell(line), _MAX_LINE) if line == header else spell(line) for line in before]
            below = [spell(line) for line in after]
            if not fits_on_a_phone("\n".join([*above, quote[: len(QUOTED) + min_quote], *below])):
                continue
            message = _with_quote(above, spell(post), below)
            if _are_whole([line for line in (*before, *after) if line in (action, link)], message):
                return message
    return _with_quote([action, shorten(_in_gsm(header), MAX_NAME_LENGTH)], _in_gsm(post), [])


def _are_whole(lines: list[str], message: str) -> bool:
    """Whether each line is within one part."""
    parts = smsutil.split(SENDER + message).parts
    return all(any(line in part.content for part in parts) for line in lines)


def _quotable(post: str) -> str:
    """The beginning of a post as a text message quotes it: on one line, and without addresses that a phone would open.

    Whatever can be opened in a text message is from Earshot.
    """
    return _in_best_alphabet(without_addresses(excerpt(post, _MOST_QUOTED)))


def _with_quote(before: list[str], post: str, after: list[str]) -> str:
    """The lines, and between them as much of ``post`` as fits, behind ``QUOTED``. The length is found by bisection."""

    def message(length: int) -> str:
        return "\n".join([*before, *([QUOTED + shorten(post, length)] if length else []), *after])

    fits, fails = 0, len(post) + 1
    while fits + 1 < fails:
        middle = (fits + fails) // 2
        if fits_on_a_phone(message(middle)):
            fits = middle
        else:
            fails = middle
    return message(fits)


def _in_best_alphabet(text: str) -> str:
    """In GSM-7 if most letters are Latin. Other scripts are kept: their readers read them best."""
    letters = [character for character in _ADDRESSES.sub("", text) if character.isalpha()]
    latin = sum("LATIN" in unicodedata.name(character, "") for character in letters)
    return text if latin * 2 < len(letters) else _in_gsm(text)


def _in_gsm(text: str) -> str:
    """The text in GSM-7. What is not even in ASCII's part of GSM-7 becomes an apostrophe or a space."""
    ascii_text = "".join(one if _is_gsm(one) else _in_ascii(one) for one in text)
    return "".join(one if one.isprintable() and _is_gsm(one) else " " for one in ascii_text)


def _in_ascii(character: str) -> str:
    from anyascii import anyascii  # most texts need none of it, and it takes a while to load

    return anyascii(character).replace("`", "'")


@lru_cache(maxsize=4096)
def _is_gsm(character: str) -> bool:
    """Whether a character is in GSM-7: the library compiles a pattern for each one that it is asked about."""
    return smsutil.is_valid_gsm(character)
