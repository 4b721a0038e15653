"""A report with at least one of everything, as the API would answer it."""

import json
from typing import Any

from playwright.sync_api import Page

AT = "2026-11-21T09:04:00.000Z"
_INTENTS = {"complaint": 3, "question": 1, "praise": 1, "opportunity": 1, "other": 1}
_DAY = {
    "mentions": 8,
    "customers": 7,
    "by_intent": _INTENTS,
    "by_sentiment": {"negative": 4, "neutral": 2, "positive": 1, "mixed": 0, "unclassified": 0},
    "cases_opened": 6,
}
REPORT: dict[str, Any] = {
    "from": "2026-11-20",
    "to": "2026-11-21",
    "at": AT,
    "complete": True,
    "days": [{"day": "2026-11-20", **_DAY}, {"day": "2026-11-21", **_DAY, "by_intent": _INTENTS | {"complaint": 12}}],
    "totals": {**_DAY, "customers": 1234},
    "response": {
        "answered": 4,
        "waiting": 2,
        "overdue": 1,
        "median_seconds": 660,
        "p90_seconds": 5400,
        "within_target": 3,
        "share_within_target": 0.6,
    },
    "by_topic": [
        {"topic": "lost_all", "cases": 2, "answered": 0, "median_seconds": None, "within_target": 0, "turned_round": 1}
    ],
    "by_brand": [
        {"brand": "NimbusAir", "cases": 4, "answered": 3, "median_seconds": 660, "within_target": 3, "turned_round": 1},
        {"brand": "Zephyr", "cases": 2, "answered": 1, "median_seconds": 60, "within_target": 0, "turned_round": 0},
    ],
    "by_network": [
        {"network": "x", "cases": 6, "answered": 4, "median_seconds": 660, "within_target": 3, "turned_round": 1}
    ],
    "by_competitor": [],
    "by_speed": [
        {"speed": "within_15_minutes", "complaints": 2, "came_back_pleased": 1, "relapsed": 0, "share": 0.5},
        {"speed": "not_answered", "complaints": 1, "came_back_pleased": 0, "relapsed": 0, "share": 0.0},
    ],
    "opened_by_hour": {
        day: [0] * 8 + [1, 6 * (day == "friday"), 2] + [0] * 13
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    },
    "by_person": [
        {"person": "mia@nimbus.example", "acknowledged": 3, "resolved": 2, "median_seconds_to_acknowledge": 95}
    ],
    "turned_round": {
        "complainers": 3,
        "answered": 2,
        "came_back_pleased": 1,
        "relapsed": 1,
        "silent": 0,
        "share": 0.33,
        "median_seconds_to_pleased": 5400,
    },
    "sources": [
        {
            "source": "x#mentions#NimbusAir",
            "status": "ok",
            "gaps": [{"start": None, "end": AT, "why": "X cut the page"}],
            "coverage": "partial",
        }
    ],
    "spend": {"x": {"spent": 2.18, "limit": 50.0}},
}


def serve_report(page: Page) -> None:
    """Answer the page's requests for a report."""
    page.route("**/report?*", lambda route: route.fulfill(body=json.dumps(REPORT), content_type="application/json"))
    page.route(
        "**/report.csv?*", lambda route: route.fulfill(body="section,name,figure,value\n", content_type="text/csv")
    )
