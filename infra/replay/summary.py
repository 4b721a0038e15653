"""The figures of a replay."""

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import mean, median, quantiles
from typing import Any


def summarise(
    mentions: Iterable[Mapping[str, Any]], cases: Iterable[Mapping[str, Any]], alerts: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Counts by intent, severity and source, cases and alerts by kind, and first-response times in seconds.

    Intents and severities are those of customers' mentions: the brand's own posts are counted as ``own``. The case
    of an incident is counted as an incident only.
    """
    mentions, alerts = list(mentions), list(alerts)
    incidents: list[Mapping[str, Any]] = []
    customers_cases: list[Mapping[str, Any]] = []
    for case in cases:
        (customers_cases if case["incident"] is None else incidents).append(case)
    cases = customers_cases
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
        "incidents": {
            "total": len(incidents),
            "customers": sum(case["incident"]["count"] for case in incidents),
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


def as_text(summary: Mapping[str, Any]) -> str:
    """The figures as a person reads them in a terminal."""
    mentions, cases, alerts = summary["mentions"], summary["cases"], summary["alerts"]
    responses, calls = summary["first_response_seconds"], summary.get("calls", {})
    lines = [
        ("Mentions", f"{mentions['total']}, {mentions['own']} of them the brand's own"),
        ("  intent", _pairs(mentions["by_intent"])),
        ("  severity", _pairs(mentions["by_severity"])),
        ("Cases", f"{cases['total']}: {_pairs(cases['by_status'])}"),
        ("Alerts", f"{alerts['total']}: {_pairs(alerts['by_channel'])}"),
        ("  rung", _pairs(alerts["by_rung"])),
    ]
    if summary["incidents"]["total"]:
        told = f"{summary['incidents']['total']}, with {summary['incidents']['customers']} customers"
        lines.insert(4, ("Incidents", told))
    if responses["count"]:
        lines.append(("First response", f"median {responses['median'] / 60:.0f} min over {responses['count']} cases"))
    for service, operations in calls.items():
        lines.append((f"Calls to {service}", _pairs(operations)))
    if "duration_seconds" in summary:
        lines.append(("Took", f"{summary['duration_seconds']} s, {summary['mentions_per_second']} mentions a second"))
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in lines)


def _pairs(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in counts.items()) or "none"


def _count(lines: Iterable[Mapping[str, Any]], field: str) -> dict[str, int]:
    return dict(sorted(Counter(str(line[field]) for line in lines).items()))
