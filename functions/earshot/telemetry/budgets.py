"""What is reported of the month's budgets: how much of each is used, and what was not done for want of one."""

from collections.abc import Iterable
from typing import Protocol

from earshot.telemetry.powertools import MetricUnit, count, logger, metrics


class Budget(Protocol):
    """What a service cost in a month, and its limit, in US dollars: of the health, which not all who report load."""

    @property
    def service(self) -> str: ...
    @property
    def spent_usd(self) -> float: ...
    @property
    def limit_usd(self) -> float: ...


def report_budgets(spending: Iterable[Budget]) -> None:
    """A line and a value, in percent, for each budget of which four fifths are used; nothing of the others."""
    from earshot.mentions.budget import WARNING_SHARE  # which brings the feeds along: few who report anything need it

    for budget in spending:
        if budget.limit_usd > 0 and budget.spent_usd >= WARNING_SHARE * budget.limit_usd:
            percent = 100 * budget.spent_usd / budget.limit_usd
            logger.warning("a budget is nearly used", budget=budget.service, percent=round(percent))
            metrics.add_metric("BudgetUsed", MetricUnit.Percent, percent)


def report_budgets_unknown(error: Exception) -> None:
    """What was spent could not be read; the next hour reads it again."""
    logger.error("what was spent this month cannot be read", exc_info=error)


def report_over_budget(service: str) -> None:
    """Something was not asked or sent, because the month's budget for ``service`` has no room for it."""
    logger.warning("the month's budget has no room", budget=service)
    count("OverBudget")
