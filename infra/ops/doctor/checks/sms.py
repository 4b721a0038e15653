"""The account's SMS: sandbox, spend limit and sender. Of each number people.py says whether it gets messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from earshot.reports.doctor.finding import Finding, ok, warning

CHECK, LOG = "SMS", "SMS status"
# Where a carrier drops what comes from no registered number; +1 is also Canada and the Caribbean.
NORTH_AMERICA, UNITED_STATES = "+1", "US"
# Dollars. SNS sends nothing above it, and a new account has $1.
_LEAST = 5.0
_REGISTERING = "https://docs.aws.amazon.com/sms-voice/latest/userguide/registrations.html"
_LEAVING = "https://docs.aws.amazon.com/sns/latest/dg/sns-sms-sandbox-moving-to-production.html"


@dataclass(frozen=True, slots=True)
class SmsAccount:
    """What SNS says of an account's SMS in one region.

    ``verified`` are the numbers that the sandbox lets through, ``limit_usd`` the month's limit (None: SNS did not say),
    ``sender_countries`` the countries of which the account has a number to send from.
    """

    in_sandbox: bool
    verified: frozenset[str] = frozenset()
    limit_usd: float | None = None
    sender_countries: frozenset[str] = frozenset()

    def unverified(self, phones: Iterable[str]) -> frozenset[str]:
        """Those of ``phones`` that get no SMS because of the sandbox."""
        return frozenset(phones) - self.verified if self.in_sandbox else frozenset()


def check_sms(account: SmsAccount, phones: frozenset[str] | None) -> Iterator[Finding]:
    """What keeps SMS from ``phones``, None where nobody has named them yet. Without phones nothing does."""
    if phones is not None and not phones:
        yield ok(CHECK, "Nobody has a phone for alerts; email is on its own")
        return
    if account.in_sandbox:
        yield warning(
            "SMS sandbox",
            f"The account is in the SMS sandbox: it sends to {len(account.verified)} verified numbers only",
            f"Ask AWS for production access, which takes a day or more: {_LEAVING}",
        )
    else:
        yield ok("SMS sandbox", "The account is out of the SMS sandbox")
    limit = account.limit_usd
    if limit is None or limit < _LEAST:
        has = "the $1 of a new account, for all that SNS says" if limit is None else f"${limit:g}"
        yield warning(
            "SMS limit",
            f"SNS sends SMS for {has} a month, and none after that",
            "Ask AWS Support for a higher SMS spend limit, then: aws sns set-sms-attributes --attributes "
            "MonthlySpendLimit=20",
        )
    else:
        yield ok("SMS limit", f"SNS sends SMS for up to ${limit:g} a month")
    american = sorted(phone for phone in phones or () if phone.startswith(NORTH_AMERICA))
    if american and UNITED_STATES not in account.sender_countries:
        yield warning(
            "SMS sender",
            f"The account has no number in the US to send from, and carriers there drop SMS without one: "
            f"{', '.join(american)}",
            f"Register a toll-free number (up to 15 business days) or 10DLC: {_REGISTERING}",
        )
    elif american:
        yield ok("SMS sender", "The account has a number in the US to send from")


def check_log(role: str | None, *, exists: bool, command: str) -> Iterator[Finding]:
    """Whether SNS logs what became of SMS: with ``role``, which every stack of an account sets for all of them.

    ``command`` sets the one of this stack.
    """
    if role is None:
        yield warning(LOG, "SNS does not log whether SMS arrive, so no case shows it", command)
    elif not exists:
        yield warning(
            LOG, f"SNS was told to log with {role}, which is gone, so no case shows whether SMS arrive", command
        )
    else:
        yield ok(LOG, f"SNS logs whether SMS arrive, with {role}")
