"""The figures of a replay."""

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import mean, median, quantiles
from typing import Any

Line = Mapping[str, Any]
"""A line of mentions.jsonl, cases.jsonl or alerts.jsonl."""


def summarise(mentions: Iterable[Line], cases: Iterable[Line], alerts: Iterable[Line]) -> dict[str, Any]:
    """Counts by intent, severity and source, cases and alerts by kind, and first-response times in seconds.

    Intents and severities are those of customers' mentions: the brand's own posts are counted as ``own``. The case
    of an incident is counted as an incident only.
    """
    mentions, cases, alerts = list(mentions), list(cases), list(alerts)
    incidents = [case for case in cases if case["incident"] is not None]
    customers_cases = [case for case in cases if case["incident"] is None]
    customers = [mention for mention in mentions if not mention["own"]]
    return {
        "mentions": {
            "total": len(mentions),
            "own": len(mentions) - len(customers),
            "by_source": _count(mentions, "source"),
            "by_intent": _count(customers, "intent"),
            "by_severity": _count(customers, "severity"),
        },
        "cases": {"total": len(customers_cases)}
        | {f"by_{field}": _count(customers_cases, field) for field in ("status", "intent", "severity")},
        "incidents": {"total": len(incidents), "customers": sum(case["incident"]["count"] for case in incidents)},
        "alerts": {"total": len(alerts), "by_rung": _count(alerts, "rung"), "by_channel": _count(alerts, "channel")},
        "first_response_seconds": _first_responses(customers_cases),
    }


def _first_responses(cases: Iterable[Line]) -> dict[str, float | int | None]:
    seconds: list[int] = [
        case["first_response_seconds"] for case in cases if case["first_response_seconds"] is not None
    ]
    return {
        "count": len(seconds),
        "mean": round(mean(seconds), 1) if seconds else None,
        "median": median(seconds) if seconds else None,
        "p90": round(quantiles(seconds, n=10)[8], 1) if len(seconds) > 1 else None,
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
        count = f"{summary['incidents']['total']}, with {summary['incidents']['customers']} customers"
        lines.insert(4, ("Incidents", count))
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


def _count(lines: Iterable[Line], field: str) -> dict[str, int]:
    return dict(sorted(Counter(str(line[field]) for line in lines).items()))
