"""The console in a real Chromium, on the embedded cloud: staff who sign in, and what they see and press."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from earshot.cases.case.key import CaseKey
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.mention import Author
from earshot.mentions.source_state import SourceStatus, next_state
from earshot.triage.judgement import Judgement, Reason
from infra.local.browser.chromium import REMEDY, browser, chromium, sign_in
from infra.local.cloud import Cloud, embedded_cloud
from infra.local.engine.engine import environment
from infra.local.staff import add_user
from infra.ops.bootstrap import wire_as
from tests.deployed import Running
from tests.fakes import FakeClock, a_judgement, a_mention

PASSWORD = "Aa1!for-the-tests-alone"
MIA, LEO, VIC, NEW = "mia@nimbus.example", "leo@nimbus.example", "vic@nimbus.example", "new@nimbus.example"
EVE = "eve@nimbus.example"
# Enough for an incident on the first day, before there is a baseline.
CROWD = 15
GROUPS = {MIA: "lead", LEO: "agent", VIC: "viewer", NEW: None, EVE: "admin"}
# The first request to each function starts a worker.
PATIENCE_MS = 60_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The embedded cloud in a process of its own: Playwright runs an event loop in this one, and allows no other."""
    with embedded_cloud(tmp_path_factory.mktemp("cloud"), ["NimbusAir"], triggers=False) as running:
        yield running


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """The browser. Without one these tests are skipped, except in CI, where they fail."""
    if chromium() is None:
        if os.environ.get("CI"):
            pytest.fail(REMEDY)
        pytest.skip(REMEDY)
    expect.set_options(timeout=PATIENCE_MS)
    with browser() as running:
        yield running


@dataclass
class Deployment:
    """An empty deployment, the posts that arrive, and the browsers of its staff.

    ``browser_errors`` are the errors that browsers logged, violations of the security policy among them.
    """

    running: Running
    browser: Browser
    homes: dict[str, BrowserContext]
    browser_errors: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _pages: list[Page] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def url(self) -> str:
        return self.running.cloud.console_url

    def author(self, name: str) -> Author:
        """A customer who can post more than once."""
        return Author(f"of_{name}", name, name.title(), followers=2310)

    def receive(self, text: str, judgement: Judgement | None = None, *, minutes_ago: float = 5, **changes: Any) -> str:
        """A customer posts; returns the id of their case in the conversation."""
        number = str(next(self._ids))
        given = {
            "author": Author(f"a{number}", f"customer{number}", f"Customer {number}", followers=120),
            "created_at": datetime.now(UTC) - timedelta(minutes=minutes_ago),
            "conversation_id": number,
        }
        self.running.clock.now = datetime.now(UTC)
        mention = a_mention(number, text, **given | changes)
        self.running.hear(mention, judgement or a_judgement())
        return str(CaseKey.of(mention))

    def take(self, case: str, who: str) -> None:
        """A colleague acknowledges a case, in a browser that is not looked at."""
        now = datetime.now(UTC)

        def acknowledge(found: Conversation) -> Decision:
            return found.after(found.case.acknowledge(who, now) if found.case else None)

        self.running.table.change(case, acknowledge, now)

    def end_fetch(self, status: SourceStatus = SourceStatus.OK, message: str = "3 posts read") -> None:
        """A run of the fetcher ends so for every source."""
        now = datetime.now(UTC)
        api = wire_as("ApiFunction", self.running.cloud.engine.session, self.running.cloud.stack)
        for feed in api.feeds:
            held = api.source_table.acquire(feed.key, "test", now, timedelta(minutes=1))
            assert held is not None
            state = next_state(held.state, feed.key, status, message, now)
            api.source_table.save(feed.key, "test", Checkpoint(), state)

    def start_incident(self, text: str) -> str:
        """Enough customers complain about one thing for an incident; returns its id."""
        judgement = replace(a_judgement(), reasons=(Reason("stake.outage", 65, "many may have it: an outage"),))
        for number in range(CROWD):
            self.receive(f"@NimbusAir {text}, says number{number}", judgement)
        self.running.watch()
        return next(case.id for case in self.running.stored.cases if case.incident is not None)

    def new_page(self, **context: Any) -> Page:
        """A page in a fresh browser context, in which nobody is signed in."""
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
        page.on("pageerror", lambda error: self.browser_errors.append(str(error)))
        page.on("console", self._on_console)
        return page

    def _on_console(self, line: ConsoleMessage) -> None:
        # The embedded cloud's sign-in page has no icon.
        if line.type == "error" and not line.location.get("url", "").endswith("/favicon.ico"):
            self.browser_errors.append(f"{line.text} {line.location.get('url', '')}")

    def sign_in(self, who: str = MIA, place: str = "", page: Page | None = None, **context: Any) -> Page:
        """The console as ``who`` sees it, at ``place`` (``#/report``).

        Unless a page or context options are given, it opens in the user's own context, which has a Cognito session and
        the console's files in its cache.
        """
        if page is None and who not in self.homes:
            self.homes[who] = self._context()
        page = page or (self.new_page(**context) if context else self._page(self.homes[who]))
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
    """The browser context of each user, by email."""
    made: dict[str, BrowserContext] = {}
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def deployment(cloud: Cloud, chrome: Browser, homes: dict[str, BrowserContext]) -> Iterator[Deployment]:
    with environment(cloud.engine.environ):
        made = Deployment(Running.on(cloud, FakeClock(datetime.now(UTC))), chrome, homes)
        made.end_fetch()
        try:
            yield made
        finally:
            made.close()


@pytest.fixture
def no_browser_errors(deployment: Deployment) -> Iterator[Callable[[str], None]]:
    """No browser logged an error; a test calls the fixture with parts of the messages that it expects."""
    expected: list[str] = []
    yield expected.append
    assert [fault for fault in deployment.browser_errors if not any(each in fault for each in expected)] == []
