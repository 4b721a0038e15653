"""What only a person knows of a deployment, and whether an answer can be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from earshot.errors import EarshotError, SettingError
from earshot.settings import Settings

HANDLES = "BrandHandles"
# Whoever is named here for the first time gets a test alert.
PEOPLE = ("OnCallEmail", "OnCallPhone", "LeadEmail", "LeadPhone", "ExecutiveEmail", "ExecutivePhone")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
# E.164: at most 15 digits, the first of which is not zero. Whether somebody has the number, a test alert shows.
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
# As CloudFormation takes it, and no longer than AppConfig's application, which is named after the stack, may be.
_STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_WRITTEN_BETWEEN = str.maketrans("", "", " -./()\u00a0")
_NO_REPLY = re.compile(r"(?:no|do-?not|not?)[-_.]?reply|mailer-daemon|bounces?|postmaster", re.IGNORECASE)
_LIST = re.compile(
    r"(?:all|every(?:one|body)|staff|teams?|list|news(?:letter)?|announce)|.*[-_.](?:list|all|team)", re.IGNORECASE
)
_LIST_HOSTS = ("googlegroups.com", "groups.io", "lists.", "list.")


class AnswerError(EarshotError):
    """An answer cannot be right: the message names it and says how to write it."""


@dataclass(frozen=True, slots=True)
class Question:
    """One parameter of the template that only a person knows. An optional one may stay empty."""

    parameter: str
    text: str
    read: Callable[[str], str]
    is_optional: bool = True


def read_handles(text: str) -> str:
    """Handles as the template takes them: without @ and spaces. AnswerError where X cannot have one."""
    brands = (re.findall(r"[^+]+", brand) for brand in re.sub(r"[@\s]", "", text).split(","))
    written = ",".join("+".join(handles) for handles in brands if handles)
    try:
        _ = Settings({"BRAND_HANDLES": written}).brands
    except SettingError as error:
        raise AnswerError(str(error).removeprefix("Setting 'BRAND_HANDLES' is ")) from None
    return written


def read_email(text: str) -> str:
    """An email address. AnswerError where it is none, or one that nobody reads."""
    address = text.strip()
    if not _EMAIL.fullmatch(address):
        raise AnswerError(f"{address!r} is no email address: write it as mia@example.com")
    if _NO_REPLY.fullmatch(address.partition("@")[0]):
        raise AnswerError(f"{address!r} is an address that nobody reads: name that of a person")
    return address


def read_stack_name(text: str) -> str:
    """A stack's name. AnswerError where AWS would refuse it, minutes later."""
    if not _STACK.fullmatch(text):
        raise AnswerError(
            f"{text!r} can be no stack's name: give 1 to 64 letters, digits and hyphens, the first of them a letter"
        )
    return text


def read_phone(text: str) -> str:
    """A number in E.164, of one that people write. AnswerError where it lacks the country's code."""
    number = text.strip().translate(_WRITTEN_BETWEEN)
    number = f"+{number[2:]}" if number.startswith("00") else number
    if not _PHONE.fullmatch(number):
        raise AnswerError(f"{text.strip()!r} is no number for SMS: write + and the country's code, as +14155550123")
    return number


def is_list(address: str) -> bool:
    """Whether an address looks like a list, on which one reader's click on "unsubscribe" ends it for all."""
    local, _, host = address.partition("@")
    return bool(_LIST.fullmatch(local)) or host.casefold().startswith(_LIST_HOSTS) or host.casefold() in _LIST_HOSTS


QUESTIONS = (
    Question(
        HANDLES, "Your brand's handles on X (+ joins those of one brand, a comma separates brands)", read_handles, False
    ),
    Question("OnCallEmail", "Who is on call, by email: gets every alert first", read_email, False),
    Question("OnCallPhone", "Their phone for SMS, as +14155550123", read_phone),
    Question("LeadEmail", "The team's lead, by email: is alerted when nobody acknowledges", read_email),
    Question("OperatorEmail", "Who gets alarms about Earshot itself (empty: who is on call)", read_email),
)
_READ = {
    **{question.parameter: question.read for question in QUESTIONS},
    "ExecutiveEmail": read_email,
    "LeadPhone": read_phone,
    "ExecutivePhone": read_phone,
}


def checked(parameters: Mapping[str, str], known: frozenset[str]) -> dict[str, str]:
    """Parameters as the template takes them. AnswerError for all that is wrong with them; ``known`` are its names."""
    good: dict[str, str] = {}
    mistakes: list[str] = []
    for name, value in parameters.items():
        if name not in known:
            mistakes.append(f"{name!r} is no parameter: docs/deploying.md lists them")
        elif any(letter in value for letter in "\\\n\r"):
            mistakes.append(f"{name} has a backslash or a line break, which SAM cannot hand over")
        else:
            try:
                good[name] = _READ[name](value) if value.strip() and name in _READ else value.strip()
            except AnswerError as error:
                mistakes.append(f"{name}: {error}")
    if mistakes:
        raise AnswerError("; ".join(mistakes) + ".")
    return good


def lists_in(parameters: Mapping[str, str]) -> Iterator[str]:
    """The addresses that look like lists."""
    return (value for name, value in parameters.items() if name.endswith("Email") and value and is_list(value))


def handles_in(text: str) -> tuple[str, ...]:
    """Each handle of the parameter, without the brands."""
    return tuple(handle for handle in re.split(r"[,+]", text) if handle)
