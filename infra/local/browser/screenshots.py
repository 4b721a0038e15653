"""Takes the pictures in the documentation, of the sample stream: ``python -m infra.local.browser.screenshots``.

The first hour and a half of the stream is played to its end now, so that clocks count; every person, brand and post in
the pictures is invented.
"""

import io
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from earshot.alerting.roster.roster import Absence, Person, Roster, Rotation, TurnLength
from infra.local.browser.chromium import REMEDY, browser, chromium, sign_in
from infra.local.cloud import Cloud, embedded_cloud, functions_log
from infra.local.engine.engine import environment
from infra.local.lambdas.clock import MINUTE, ReplayClock
from infra.local.lambdas.schedules import run_schedules
from infra.local.sample import sample
from infra.local.staff import EMAIL, ROLE, add_user, password_of
from infra.local.x.api import TOKEN, XApi
from infra.local.x.posts import XPost
from infra.paths import ROOT

FOLDER = ROOT / "docs" / "images"
PLAYED = timedelta(minutes=90)
# Flat areas and text: more colours would be bytes alone.
COLOURS = 96
WIDE: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 360, "height": 740}
Scheme = Literal["light", "dark"]


def main() -> int:
    """Take every picture."""
    if chromium() is None:
        print(REMEDY, file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as state, _played(Path(state)) as cloud, browser() as chrome:
        password = password_of(Path(state) / "password")
        add_user(cloud, EMAIL, password, ROLE)
        cloud.wired.roster_table.save_roster(_roster(datetime.now(UTC).date()))
        wide = _console(chrome, cloud, password, "light", WIDE)
        # Somebody has begun to work.
        wide.locator(".row .open").nth(1).click()
        # Until the case is shown, the rows of the inbox are, each with such a button.
        wide.get_by_role("heading", name="Conversation").wait_for()
        wide.get_by_role("button", name="Acknowledge").click()
        wide.wait_for_selector(".log li:last-child :text('acknowledged')")
        wide.get_by_role("button", name="Close").click()
        _take(wide, "#/", ".row:nth-child(3) .clock", "inbox")
        _take(wide, "#/report", ".chart canvas", "report")
        dark = _console(chrome, cloud, password, "dark", WIDE)
        first = dark.locator(".row .open").first.get_attribute("href")
        _take(dark, str(first), ".earlier li", "case")
        _take(dark, "#/praise", ".card", "praise")
        _take(wide, "#/settings/people", ".calendar", "settings")
        phone = _console(chrome, cloud, password, "light", PHONE)
        _take(phone, "#/", ".row .clock", "phone")
    return 0


def _roster(today: date) -> Roster:
    """Six people: the first rung changes each day, the others each week. One is away."""
    monday = today - timedelta(days=today.weekday() + 7)
    names = ("Mia Okafor", "Leo Brandt", "Ada Nowak", "Sam Ito", "Zoe Rossi", "Kai Lund")
    away = {"ada": (Absence(today + timedelta(days=2), today + timedelta(days=4)),)}
    roster = Roster()
    for name in names:
        id = name.split()[0].lower()
        roster = roster.with_person(Person(id, name, f"{id}@example.com", absences=away.get(id, ())))
    daily = Rotation(1, ("mia", "leo", "ada"), TurnLength.DAY, time(9), "UTC", monday)
    weekly = Rotation(2, ("sam", "zoe"), TurnLength.WEEK, time(9), "UTC", monday, monday.weekday())
    return roster.with_rotation(daily).with_rotation(weekly).with_rotation(replace(weekly, rung=3, people=("kai",)))


@contextmanager
def _played(state: Path) -> Generator[Cloud]:
    posts = [post for post in sample.load() if post["offset_seconds"] < PLAYED.total_seconds()]
    begin = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(seconds=posts[-1]["offset_seconds"])
    clock = ReplayClock(begin - MINUTE)
    recorded = [XPost.from_record(post, begin) for post in posts]
    with (
        XApi(recorded, handles=sample.BRANDS, until=clock) as x,
        embedded_cloud(
            state / "cloud", sample.BRANDS, parameters={"XApiUrl": x.url}, triggers=False, hosted=True
        ) as cloud,
    ):
        cloud.give_x_token(TOKEN)
        with environment(cloud.engine.environ), functions_log(state / "functions.log"):
            run_schedules(cloud, clock, recorded[-1].created_at, lambda: None)
        yield cloud


def _console(chrome: Browser, cloud: Cloud, password: str, scheme: Scheme, size: ViewportSize) -> Page:
    context = chrome.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce", locale="en-GB")
    page = context.new_page()
    sign_in(page, cloud.console_url, EMAIL, password)
    page.wait_for_selector(".row")
    return page


def _take(page: Page, place: str, sign: str, name: str) -> None:
    """A picture of the page at ``place``, once ``sign`` is there."""
    page.evaluate(f"location.hash = {place!r}")
    page.wait_for_selector(sign, state="attached")
    page.wait_for_load_state("networkidle")
    taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    taken.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
