"""The health of Earshot: the state of each source, and what each paid service has cost this month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from earshot.mentions.budget import month_of
from earshot.mentions.source_state import Gap, Hearing, SourceState, SourceStatus
from earshot.mentions.source_table import SourceTable
from earshot.mentions.sources.contract import Source
from earshot.mentions.sources.rss.subscription import NETWORK as FEEDS
from earshot.mentions.sources.social.catalogue import NETWORKS
from earshot.mentions.sources.x.thinning import Thinning

# The service whose spending is booked in the SMS budget; the source table has that of the others.
SMS, X = "sms", "x"
# From this share of the limit of X on it is told what will wait.
TOLD_FROM = 0.5
_MILLION = 1_000_000
_NOBODY_READS = "Check that the fetch function runs, and read its log."
_IN_TIME = "Nothing yet: the next runs try again, and what is posted meanwhile is read then."
LIMIT_PARAMETERS = {
    "x": "XMonthlySpendLimit",
    "comprehend": "ComprehendMonthlySpendLimit",
    "reader": "ReaderMonthlySpendLimit",
    SMS: "SmsMonthlySpendLimit",
}
# What an operator does about a source that is not heard; the source's own message says why it is not.
REMEDIES = {
    SourceStatus.UNAUTHORISED: "Put a valid bearer token into the secret: `earshot secrets set x`.",
    SourceStatus.FORBIDDEN: "See in X's developer portal that the app belongs to a project with read access.",
    SourceStatus.OUT_OF_CREDIT: "Buy credit in X's developer portal.",
    SourceStatus.OVER_BUDGET: "Raise XMonthlySpendLimit, or wait for the next month.",
    SourceStatus.MISCONFIGURED: "Correct the handles or search terms: `earshot brand put`.",
    SourceStatus.ACCOUNT_GONE: "See on X whether the account was suspended, deleted or protected.",
    SourceStatus.INCOMPATIBLE: "Update Earshot to a release that knows X's present API. Look on X itself meanwhile.",
    SourceStatus.RATE_LIMITED: "Read less often (PollRate), or search for fewer terms.",
    SourceStatus.UNAVAILABLE: "See whether X and this AWS region work, and read the log of the fetch function.",
}

_ANOTHER_ADDRESS = "Open the feed in a browser, `earshot sources add` it where it is now, and `remove` this address."
# The same for a feed.
REMEDIES_OF_FEEDS = {
    SourceStatus.FORBIDDEN: "Ask who runs the site whether the feed may be read, or `earshot sources remove` it.",
    SourceStatus.MISCONFIGURED: _ANOTHER_ADDRESS,
    SourceStatus.ACCOUNT_GONE: _ANOTHER_ADDRESS,
    SourceStatus.INCOMPATIBLE: _ANOTHER_ADDRESS,
    SourceStatus.RATE_LIMITED: "See whether the site offers one feed for what several are read for.",
    SourceStatus.UNAVAILABLE: "See whether the site works, and read the log of the function FeedFetchFunction.",
}
# The same for an account on a network beside X.
REMEDIES_OF_ACCOUNTS = {
    SourceStatus.UNAUTHORISED: "Make a new credential there, and run `earshot sources add` again with it.",
    SourceStatus.FORBIDDEN: "See whether the credential may read there: docs/sources.md says what each network wants.",
    SourceStatus.MISCONFIGURED: "Correct the account, its words or its host: `earshot sources add` replaces them.",
    SourceStatus.ACCOUNT_GONE: "See there what became of the account, or `earshot sources remove` it.",
    SourceStatus.INCOMPATIBLE: "Update Earshot to a release that knows the present API. Look there yourself meanwhile.",
    SourceStatus.RATE_LIMITED: "Search for fewer words: `earshot sources add` replaces them.",
    SourceStatus.UNAVAILABLE: "See whether the network works, and read the log of the function SocialFetchFunction.",
}
_REMEDIES = {FEEDS: REMEDIES_OF_FEEDS, **dict.fromkeys(NETWORKS, REMEDIES_OF_ACCOUNTS)}


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """The state of one source. Until the first read ``status`` is ``never_run`` and all times are None.

    ``deaf``: customers may be waiting of whom Earshot does not know. ``message`` says why, ``what_to_do`` what helps,
    which is empty for a source that is heard. ``suspected_since``: it is silent since then, which is not usual for the
    hour, though nothing is known to fail.
    """

    source: str
    status: str
    message: str
    silent: bool
    hearing: Hearing = Hearing.OK
    deaf: bool = False
    what_to_do: str = ""
    since: datetime | None = None
    checked_at: datetime | None = None
    last_success_at: datetime | None = None
    until: datetime | None = None
    gap: Gap | None = None
    notes: tuple[str, ...] = ()
    suspected_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spending:
    """What one service cost in a month, and its limit, in US dollars.

    ``outlook`` says what waits or will wait for want of money, from half of the limit on; "" where that is not known.
    """

    service: str
    month: str
    spent_usd: float
    limit_usd: float
    outlook: str = ""

    @property
    def parameter(self) -> str:
        """The stack's parameter that sets the limit."""
        return LIMIT_PARAMETERS.get(self.service, "")


@dataclass(frozen=True, slots=True)
class Health:
    """``status`` is ``ok`` if every source is read, no budget is used up and every setting is used, else ``degraded``.

    ``problems`` are settings that an operator put and that cannot be used, each with what is in force and the remedy.
    """

    status: Literal["ok", "degraded"]
    at: datetime
    sources: tuple[SourceHealth, ...]
    spending: tuple[Spending, ...]
    problems: tuple[str, ...] = ()


class SmsSpending(Protocol):
    """What is booked for text messages in the month of ``now``, in millionths of a US dollar."""

    def booked(self, now: datetime) -> int: ...


def health_of(
    listened_to: Iterable[Source],
    limits: Mapping[str, float],
    table: SourceTable,
    sms_budget: SmsSpending,
    now: datetime,
    problems: tuple[str, ...] = (),
    thinning: Thinning | None = None,
) -> Health:
    """The health of the sources and of the services in ``limits`` (US dollars a month), read from both tables.

    ``thinning`` says what of X waits first.
    """
    sources = source_health(listened_to, table, now)
    spending = tuple(_with_outlook(one, thinning) for one in spending_of(limits, table, sms_budget, now))
    is_heard = all(source.hearing is Hearing.OK for source in sources)
    is_ok = is_heard and not any(map(_is_used_up, spending)) and not problems
    return Health("ok" if is_ok else "degraded", now, sources, spending, problems)


def spending_of(
    limits: Mapping[str, float], table: SourceTable, sms_budget: SmsSpending, now: datetime
) -> tuple[Spending, ...]:
    """What each service in ``limits`` (US dollars a month) has cost in the month of ``now``, read from both tables."""
    month = month_of(now)
    spent = {service: sms_budget.booked(now) if service == SMS else table.spent(service, month) for service in limits}
    return tuple(Spending(service, month, spent[service] / _MILLION, limit) for service, limit in limits.items())


def _with_outlook(spending: Spending, thinning: Thinning | None) -> Spending:
    used = spending.spent_usd / spending.limit_usd if spending.limit_usd > 0 else 0.0
    if thinning is None or spending.service != X or used < TOLD_FROM:
        return spending
    return replace(spending, outlook=thinning.outlook(used))


def source_health(listened_to: Iterable[Source], table: SourceTable, now: datetime) -> tuple[SourceHealth, ...]:
    """The state of each source, in their order."""
    names = [source.key for source in listened_to]
    states = {state.source: state for state in table.states(names)}
    return tuple(_source_health(name, states.get(name), now) for name in names)


def _is_used_up(budget: Spending) -> bool:
    is_sms_off = budget.service == SMS and budget.limit_usd <= 0  # a limit of 0 switches text messages off
    return not is_sms_off and budget.spent_usd >= budget.limit_usd


def _source_health(name: str, state: SourceState | None, now: datetime) -> SourceHealth:
    if state is None:
        message = "It has not been read yet: check that the fetch function runs, and read its log."
        never = Hearing.NEVER_LISTENED
        return SourceHealth(name, "never_run", message, True, never, never.is_deaf, _NOBODY_READS)
    hearing = state.hearing(now)
    return SourceHealth(
        source=name,
        status=str(state.status),
        message=state.message,
        silent=state.is_silent(now),
        hearing=hearing,
        deaf=hearing.is_deaf,
        what_to_do=_remedy(name, hearing, state.status),
        since=state.since,
        checked_at=state.checked_at,
        last_success_at=state.last_success_at,
        until=state.until,
        gap=state.gap,
        notes=state.notes,
        suspected_since=state.suspected_since,
    )


def _remedy(name: str, hearing: Hearing, status: SourceStatus) -> str:
    match hearing:
        case Hearing.OK:
            return ""
        case Hearing.WAITING:
            return _IN_TIME
        case Hearing.FAILING:
            return _REMEDIES.get(name.partition("#")[0], REMEDIES).get(status, _NOBODY_READS)
        case _:
            return _NOBODY_READS
