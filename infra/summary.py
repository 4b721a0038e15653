"""The figures of a replay."""

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import mean, median, quantiles
from typing import Any


def summarise(
    mentions: Iterable[Mapping[str, Any]], cases: Iterable[Mapping[str, Any]], alerts: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Counts by intent, severity and source, cases and alerts by kind, and first-response times in seconds.

    Intents and severities are those of customers' mentions: the brand's own posts are counted as ``own``.
    """
    mentions, cases, alerts = list(mentions), list(cases), list(alerts)
    customers = [mention for mention in mentions if not mention["own"]]
    responses = [case["first_response_seconds"] for case in cases if case["first_response_seconds"] is not None]
    return {
        "mentions": {
            "total": len(mentions),
            "own": len(mentions) - len(customers),
            "by_source": _count(mentions, "source"),
            "by_intent": _count(customers, "intent"),
            "by_severity": _count(customers, "severity"),
        },
        "cases": {
            "total": len(cases),
            "by_status": _count(cases, "status"),
            "by_intent": _count(cases, "intent"),
            "by_severity": _count(cases, "severity"),
        },
        "alerts": {
            "total": len(alerts),
            "by_rung": _count(alerts, "rung"),
            "by_channel": _count(alerts, "channel"),
        },
        "first_response_seconds": {
            "count": len(responses),
            "mean": round(mean(responses), 1) if responses else None,
            "median": median(responses) if responses else None,
            "p90": round(quantiles(responses, n=10)[8], 1) if len(responses) > 1 else None,
        },
    }


def _count(lines: Iterable[Mapping[str, Any]], field: str) -> dict[str, int]:
    return dict(sorted(Counter(str(line[field]) for line in lines).items()))
