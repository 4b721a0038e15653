"""Incidents as the API gives them, for pages that are looked at without many customers in trouble at once."""

import json
from typing import Any

from playwright.sync_api import Page

AT = "2026-11-21T09:04:00.000Z"
INCIDENT: dict[str, Any] = {
    "id": "incident-1",
    "case_id": "incident-1",
    "label": "Flight NA418 is late",
    "topic": "journey",
    "status": "live",
    "severity": "critical",
    "began_at": AT,
    "ended_at": None,
    "count": 2,
    "reach": 5400,
    "held_by": None,
    "members": [
        {
            "case_id": "x-1",
            "author": {"handle": "jane_flies", "name": "Jane Doe", "followers": 2310},
            "link": "https://x.com/jane_flies/status/1",
            "opened_at": AT,
            "status": "open",
        },
        {
            "case_id": "x-2",
            "author": {"handle": "omar", "name": None, "followers": None},
            "link": None,
            "opened_at": AT,
            "status": "resolved",
        },
    ],
}


def serve_incidents(page: Page) -> None:
    """Answer what the page asks of incidents."""

    def answer(body: Any) -> Any:
        return lambda route: route.fulfill(body=json.dumps(body), content_type="application/json")

    page.route("**/incidents?status=live", answer({"items": [INCIDENT], "next_cursor": None}))
    page.route("**/incidents?status=over", answer({"items": [], "next_cursor": None}))
    page.route("**/incidents/incident-1", answer(INCIDENT))
    page.route(
        "**/incidents/incident-1/members.csv", lambda route: route.fulfill(body="case\n", content_type="text/csv")
    )
