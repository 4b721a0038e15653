"""The console in a real Chromium, on the embedded cloud: staff who sign in, and what they see and press."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from earshot.mentions.mention import Author
from earshot.triage.judgement import Judgement, Reason
from infra.local.browser import REMEDY, browser, chromium, sign_in
from infra.local.cloud import Cloud
from infra.local.engine import environment
from infra.local.staff import add_user
from tests.fakes import FakeClock, a_judgement, a_mention
from tests.running import Running

PASSWORD = "Aa1!for-the-tests-alone"
MIA, LEO, VIC, NEW = "mia@nimbus.example", "leo@nimbus.example", "vic@nimbus.example", "new@nimbus.example"
# On the first day, when nothing is known of what is usual.
CROWD = 15
GROUPS = {MIA: "lead", LEO: "agent", VIC: "viewer", NEW: None}
# A worker starts for each function that is asked for the first time.
PATIENCE_MS = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """The browser. Where none is, these tests are skipped, but never in CI."""
    if chromium() is None:
        if os.environ.get("CI"):
            pytest.fail(REMEDY)
        pytest.skip(REMEDY)
    expect.set_options(timeout=PATIENCE_MS)
    with browser() as running:
        yield running


@dataclass
class Desk:
    """The console of an empty deployment, what comes in, and who looks; ``faults`` is what browsers complained of."""

    running: Running
    browser: Browser
    homes: dict[str, BrowserContext]
    faults: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _pages: list[Page] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def url(self) -> str:
        return self.running.cloud.console_url

    def author(self, name: str) -> Author:
        """A customer, who can write more than once."""
        return Author(f"of-{name}", name, name.title(), followers=2310)

    def hear(self, text: str, judgement: Judgement | None = None, *, minutes_ago: float = 5, **changes: Any) -> str:
        """A customer writes; the id of the case that it opens."""
        number = str(next(self._ids))
        given = {
            "author": Author(f"a{number}", f"customer{number}", f"Customer {number}", followers=120),
            "created_at": datetime.now(UTC) - timedelta(minutes=minutes_ago),
            "conversation_id": number,
        }
        self.running.clock.now = datetime.now(UTC)
        self.running.hear(a_mention(number, text, **given | changes), judgement or a_judgement())
        return f"x-{number}"

    def strike(self, text: str) -> str:
        """So many customers complain of one thing that it is an incident: its id."""
        judgement = replace(a_judgement(), reasons=(Reason("stake.outage", 65, "many may have it: an outage"),))
        for number in range(CROWD):
            self.hear(f"@NimbusAir {text}, says number{number}", judgement)
        self.running.escalate()
        return next(case.id for case in self.running.stored.cases if case.incident is not None)

    def look(self, **context: Any) -> Page:
        """A browser of its own, in which nobody is signed in."""
        made = self._context(**context)
        self._contexts.append(made)
        return self._page(made)

    def _context(self, **context: Any) -> BrowserContext:
        made = self.browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
        made.set_default_timeout(PATIENCE_MS)
        return made

    def _page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        self._pages.append(page)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._told)
        return page

    def _told(self, line: ConsoleMessage) -> None:
        # Cognito's page has no icon here.
        if line.type == "error" and not line.location.get("url", "").endswith("/favicon.ico"):
            self.faults.append(f"{line.text} {line.location.get('url', '')}")

    def sign_in(self, who: str = MIA, place: str = "", page: Page | None = None, **context: Any) -> Page:
        """The console as ``who`` sees it, at ``place`` (``#/report``).

        Unless a page or a kind of browser is given, it is their own browser: it has the files, and Cognito knows it.
        """
        if page is None and who not in self.homes:
            self.homes[who] = self._context()
        page = page or (self.look(**context) if context else self._page(self.homes[who]))
        sign_in(page, self.url + place, who, PASSWORD)
        return page

    def close(self) -> None:
        for page in self._pages:
            page.close()
        for context in self._contexts:
            context.close()


@pytest.fixture(scope="session")
def staff(cloud: Cloud) -> None:
    for email, group in GROUPS.items():
        add_user(cloud, email, PASSWORD, group)


@pytest.fixture(scope="session")
def homes(chrome: Browser, staff: None) -> Iterator[dict[str, BrowserContext]]:
    """Each one's own browser, by who they are."""
    made: dict[str, BrowserContext] = {}
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def desk(cloud: Cloud, chrome: Browser, homes: dict[str, BrowserContext]) -> Iterator[Desk]:
    with environment(cloud.engine.environ):
        made = Desk(Running.on(cloud, FakeClock(datetime.now(UTC))), chrome, homes)
        try:
            yield made
        finally:
            made.close()


@pytest.fixture
def no_faults(desk: Desk) -> Iterator[Callable[[str], None]]:
    """The browser complained of nothing, a break of the policy among it; what is expected is named beforehand."""
    expected: list[str] = []
    yield expected.append
    assert [fault for fault in desk.faults if not any(each in fault for each in expected)] == []
