"""The console in a real Chromium, on the embedded cloud: staff who sign in, and what they see and press."""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from earshot.cases.case.key import CaseKey
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.mention import Author
from earshot.mentions.source_state import SourceStatus, next_state
from earshot.runtime import utc_now
from earshot.triage.judgement import Judgement, Reason
from infra.local.browser.chromium import REMEDY, browser, chromium, sign_in
from infra.local.cloud import Cloud
from infra.local.engine.engine import environment
from infra.local.lambdas.invoker import Invoker
from infra.local.staff import add_user
from infra.ops.bootstrap import wire_as
from tests.console.browser.axe import DESKTOP
from tests.deployed import Running
from tests.fakes import FakeClock, a_judgement, a_mention

PASSWORD = "Aa1!for-the-tests-alone"
MIA, LEO, VIC, NEW = "mia@nimbus.example", "leo@nimbus.example", "vic@nimbus.example", "new@nimbus.example"
EVE = "eve@nimbus.example"
# Enough for an incident on the first day, before there is a baseline.
CROWD = 15
GROUPS = {MIA: "lead", LEO: "agent", VIC: "viewer", NEW: None, EVE: "admin"}
# For a machine that has much else to do.
PATIENCE_MS = 60_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.engine)


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

    def new_page(self) -> Page:
        """A page in a fresh browser context, in which nobody is signed in."""
        made = self._context()
        self._contexts.append(made)
        return self._page(made)

    def _context(self) -> BrowserContext:
        # What moves while a page loads costs more than all the rest of it.
        made = self.browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
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

    def sign_in(self, who: str = MIA, place: str = "", page: Page | None = None) -> Page:
        """The console as ``who`` sees it, at ``place`` (``#/report``).

        Unless a page is given, it opens in the user's own context, which has a Cognito session and the console's files
        in its cache.
        """
        page = page or self.home_page(who)
        sign_in(page, self._sign_in_url(page, place), who, PASSWORD)
        return page

    def home_page(self, who: str = MIA) -> Page:
        """An empty page in the user's own context, for a test that has something to prepare before it signs in."""
        if who not in self.homes:
            self.homes[who] = self._context()
        return self._page(self.homes[who])

    def _sign_in_url(self, page: Page, place: str) -> str:
        """Cognito's page, as if this tab had been sent there by the console: which would have been loaded twice."""
        state, verifier = secrets.token_urlsafe(), secrets.token_urlsafe()
        kept = json.dumps({"state": state, "verifier": verifier, "hash": place})
        page.add_init_script(
            f"if (location.search.includes('{state}')) sessionStorage.setItem('earshot.sign-in', {json.dumps(kept)})"
        )
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self.running.cloud.stack.outputs["UserPoolClientId"],
            "redirect_uri": self.url,
            "scope": "openid email",
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.running.cloud.engine.url}/oauth2/authorize?{urlencode(asked)}"

    def close(self) -> None:
        for page in self._pages:
            page.close()
        for context in self._contexts:
            context.close()


@pytest.fixture(scope="session")
def homes(chrome: Browser) -> Iterator[dict[str, BrowserContext]]:
    """The browser context of each user, by email."""
    made: dict[str, BrowserContext] = {}
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def staff(cloud: Cloud, homes: dict[str, BrowserContext]) -> None:
    """Everybody in ``GROUPS`` can sign in, also where other tests on this cloud have deleted them."""
    pool = cloud.stack.outputs["UserPoolId"]
    users = cloud.engine.client("cognito-idp").list_users(UserPoolId=pool)["Users"]
    known = {pair.get("Value") for user in users for pair in user.get("Attributes", ()) if pair["Name"] == "email"}
    for email in GROUPS.keys() - known:
        add_user(cloud, email, PASSWORD, GROUPS[email])
        if email in homes:
            homes[email].clear_cookies()


@pytest.fixture
def deployment(cloud: Cloud, staff: None, chrome: Browser, homes: dict[str, BrowserContext]) -> Iterator[Deployment]:
    """The functions that the browsers ask answer in this process, and are wired anew for each test.

    In processes of their own they would start one by one while a page waits, and ask the emulator by HTTP.
    """
    assert cloud.engine.host is not None
    with environment(cloud.engine.environ):
        made = Deployment(Running.on(cloud, FakeClock(datetime.now(UTC))), chrome, homes)
        made.end_fetch()
        with cloud.engine.host.running_functions(Invoker(cloud.engine, cloud.stack, utc_now).invoke):
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
