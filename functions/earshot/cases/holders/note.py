"""Colleagues who are mentioned in a note: ``@mia`` tells Mia, once for each note."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.log import LogEntry
from earshot.cases.holders.notice import Notice, NoticeReason

# More than anybody means in one note: the rest of a longer list is not told, and the response says so.
MOST_MENTIONED = 10
# An id of the roster, or the address with which somebody signs in. Within an email address there is no mention.
_MENTIONED = re.compile(r"(?<![\w.@])@([\w.+-]{1,64}(?:@[\w.-]{1,100})?)")


def mentioned_in(text: str) -> tuple[str, ...]:
    """The names after an ``@``, each once, in their order and as they are written, without a full stop at the end."""
    found = (match.rstrip(".-") for match in _MENTIONED.findall(text))
    return tuple({name.casefold(): name for name in found if name}.values())


def add_note(case: Case, by: str, text: str, tell: Iterable[str], at: datetime) -> tuple[Case, LogEntry]:
    """A note in the log, and a notice to each of those whom it mentions. The last act can still be undone."""
    notices = (Notice.of(to, NoticeReason.MENTIONED, by, at, text) for to in tell if to != by)
    noted = replace(case.still(), notices=(*case.notices, *notices))
    return noted, LogEntry(at, by, "note", text)
