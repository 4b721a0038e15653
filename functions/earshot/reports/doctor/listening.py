"""Whether Earshot hears its sources, and whether its budgets last."""

from collections.abc import Iterable, Iterator

from earshot.mentions.budget import WARNING_SHARE
from earshot.reports.doctor.finding import Finding, failure, ok, warning
from earshot.reports.health import SMS, SourceHealth, Spending

BUDGET = "budget"
_X = "x"
# What a used-up budget costs, and the parameter that raises it.
_WITHOUT = {
    _X: ("X is not read", "XMonthlySpendLimit"),
    "comprehend": ("the built-in lexicon measures sentiment", "ComprehendMonthlySpendLimit"),
    "reader": ("posts are judged without the language model", "ReaderMonthlySpendLimit"),
    SMS: ("alerts come by email alone", "SmsMonthlySpendLimit"),
}


def check_sources(sources: Iterable[SourceHealth]) -> Iterator[Finding]:
    """A finding for each source: failed where customers may wait of whom Earshot does not know."""
    for source in sources:
        check = f"source {source.source}"
        last = f"last read {source.last_success_at:%Y-%m-%d %H:%M} UTC" if source.last_success_at else "never read"
        if source.deaf or source.what_to_do:
            say = failure if source.deaf else warning
            # Of one that was never read the message ends with the remedy.
            never = source.message.partition(": ")[0]
            how = never if source.checked_at is None else f"{last}; {source.status}: {source.message}"
            yield say(check, how, source.what_to_do)
        elif source.suspected_since is not None:
            quiet = f"nothing came since {source.suspected_since:%Y-%m-%d %H:%M} UTC, which is not usual at this hour"
            yield warning(
                check, f"{last}; {quiet}", "Look at the source itself: what is new there, and is it asked for?"
            )
        elif source.notes:
            yield warning(check, f"{last}; {'; '.join(source.notes)}", "Look on X itself for what was left out.")
        else:
            yield ok(check, last)


def check_spending(spending: Iterable[Spending]) -> Iterator[Finding]:
    """A finding for each paid service: a warning from 80 % of its limit on, a failure where X is read no more."""
    for one in spending:
        without, parameter = _WITHOUT[one.service]
        check, what = f"{BUDGET} {one.service}", f"${one.spent_usd:.2f} of ${one.limit_usd:.2f} spent in {one.month}"
        what = f"{what}; {one.outlook}" if one.outlook else what
        remedy = f"Raise {parameter}, or wait for the next month (UTC): earshot deploy --set {parameter}=DOLLARS"
        is_off = one.limit_usd <= 0
        if is_off and one.service != _X:
            yield ok(check, f"the limit is 0: {without}")
        elif one.spent_usd >= one.limit_usd:
            say = failure if one.service == _X else warning
            yield say(check, f"{what}: {without}", remedy)
        elif one.spent_usd >= WARNING_SHARE * one.limit_usd:
            yield warning(check, f"{what}; then {without}", remedy)
        else:
            yield ok(check, what)
