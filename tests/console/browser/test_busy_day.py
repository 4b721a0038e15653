"""A busy day: many cases at once, found again, and told of in time. What staff press is counted."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from earshot.triage.judgement import Intent
from tests.console.browser.conftest import CROWD, LEO, Deployment
from tests.console.browser.test_inbox import refresh
from tests.fakes import a_judgement

# Stands in for what a desktop shows, and says that the page is hidden when the test says so.
STAND_IN = """
  window.shown = [];
  window.Notification = class {
    static permission = "default";
    static async requestPermission() { return this.permission = "granted"; }
    constructor(title, options) { window.shown.push(`${title}: ${options.body}`); }
  };
  Object.defineProperty(document, "hidden", { get: () => window.isHidden === true });
"""


class Acts:
    """What somebody presses, counted."""

    def __init__(self) -> None:
        self.count = 0

    def click(self, target: Any) -> None:
        self.count += 1
        target.click()


def settled(page: Page, done: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not done():
        assert time.monotonic() < until, "it did not happen"
        page.wait_for_timeout(100)


def test_a_whole_incident_is_resolved_in_four_acts_and_undone_in_one(
    deployment: Deployment, no_browser_errors: Any
) -> None:
    incident = deployment.start_incident("the app is down")
    other = deployment.receive("@NimbusAir my bag is lost")
    page = deployment.sign_in(LEO, f"#/incidents/{incident}")
    acts = Acts()
    acts.click(page.get_by_role("link", name=f"Work through the cases of {CROWD} customers"))
    expect(page.locator(".row")).to_have_count(CROWD)
    acts.click(page.get_by_role("button", name=f"Select all {CROWD}"))
    bar = page.get_by_label("Selected cases")
    expect(bar).to_contain_text(f"{CROWD} cases selected")
    acts.click(bar.get_by_role("button", name="Resolve"))
    dialog = page.get_by_role("dialog", name=f"Resolve {CROWD} cases")
    dialog.get_by_label("Outcome").select_option("fixed")
    acts.click(dialog.get_by_role("button", name="Resolve"))
    notice = page.locator(".notices")
    expect(notice).to_contain_text(f"{CROWD} cases resolved.")
    assert acts.count == 4
    crowd = [case for case in deployment.running.stored.cases if case.incident_id == incident]
    assert {(case.status, case.resolution.outcome) for case in crowd} == {("resolved", "fixed")}
    assert deployment.running.case(other).status == "open"
    acts.click(notice.get_by_role("button", name="Undo"))
    expect(notice).to_contain_text(f"Undone for {CROWD} cases.")
    assert acts.count == 5
    crowd = [case for case in deployment.running.stored.cases if case.incident_id == incident]
    assert {case.status for case in crowd} == {"open"}


def test_selected_by_click_shift_and_keys_and_each_refusal_is_told_by_case(
    deployment: Deployment, no_browser_errors: Any
) -> None:
    texts = [f"@NimbusAir periwinkle bag {n} is lost" for n in range(5)]
    cases = [deployment.receive(text, a_judgement(urgency=90 - n)) for n, text in enumerate(texts)]
    # All of a filter: for a minute the API may still know what another test has left.
    page = deployment.sign_in(LEO, place="#/?find=periwinkle")
    boxes = page.get_by_role("checkbox", name=re.compile("^Select the case of "))
    expect(boxes).to_have_count(5)
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    bar = page.get_by_label("Selected cases")
    expect(bar).to_contain_text("3 cases selected")
    page.locator(".row .open").nth(3).focus()
    page.keyboard.press("x")
    expect(bar).to_contain_text("4 cases selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.keyboard.press("*")
    expect(bar).to_contain_text("5 cases selected")
    # While it is asked how long, a colleague takes one.
    page.keyboard.press("s")
    deployment.take(cases[1], "mia@nimbus.example")
    page.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    expect(page.locator(".notices")).to_contain_text("4 cases snoozed. 1 case refused, each with its reason below.")
    expect(bar).to_contain_text("1 case selected")
    expect(bar.get_by_role("listitem")).to_contain_text(f"{cases[1]}: ")
    expect(bar.get_by_role("listitem")).to_contain_text("mia@nimbus.example")


def test_what_is_filtered_stands_in_the_address_and_a_search_looks_everywhere(
    deployment: Deployment, no_browser_errors: Any
) -> None:
    bag = deployment.receive("@NimbusAir my LOST green bag", a_judgement(urgency=70), minutes_ago=90)
    deployment.receive("@NimbusAir when do you open?", a_judgement(Intent.QUESTION, 90))
    page = deployment.sign_in(LEO)
    expect(page.locator(".row")).to_have_count(2)
    expect(page.locator(".case-count")).to_have_text("2 cases, 1 late")
    page.get_by_label("Sort by").select_option("waiting")
    page.get_by_label("Deadline").select_option("late")
    expect(page.locator(".row")).to_have_count(1)
    assert page.url.endswith("#/?order=waiting&due=late")
    page.get_by_role("button", name="Save view").click()
    page.get_by_label("Name").fill("Late ones")
    page.get_by_role("dialog").get_by_role("button", name="Save view").click()
    page.reload()
    expect(page.locator(".row")).to_have_count(1)
    expect(page.get_by_label("Deadline")).to_have_value("late")
    expect(page.get_by_label("Saved views")).to_have_value("Late ones")
    # Resolved, it is found by words in any order, by the name, and by a pasted link.
    page.locator(".row").get_by_role("button", name="Resolve").click()
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("No cases match these filters")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    for find in ("bag lost", "customer 1 green", "https://x.com/jane/status/1"):
        page.keyboard.press("/")
        page.get_by_role("searchbox").fill(find)
        expect(page.locator(".row")).to_have_count(1)
        expect(page.locator(".row")).to_have_attribute("data-id", bag)
        page.get_by_role("searchbox").fill("")
        expect(page.locator(".row")).to_have_count(2)
        page.get_by_text("Open", exact=True).click()
        expect(page.locator(".row")).to_have_count(1)
        page.locator(".row .open").focus()
    page.get_by_label("Saved views").select_option("Late ones")
    expect(page.get_by_text("No cases match these filters")).to_be_visible()


def test_news_is_told_in_the_title_and_as_asked_for_also_while_the_page_is_hidden(
    deployment: Deployment, no_browser_errors: Any
) -> None:
    page = deployment.new_page()
    page.add_init_script(STAND_IN)
    deployment.sign_in(LEO, "#/praise", page=page)
    expect(page).to_have_title("Praise · Earshot")
    page.get_by_role("button", name="Being told").click()
    dialog = page.get_by_role("dialog", name="Being told")
    expect(dialog.get_by_label("By a notification")).not_to_be_checked()
    assert page.evaluate("Notification.permission") == "default", "nobody is asked before they ask"
    dialog.get_by_label("Tell me of").select_option("urgent")
    dialog.get_by_label("By a notification").check()
    dialog.get_by_label("By a sound").check()
    dialog.get_by_role("button", name="Close").click()
    page.evaluate("window.isHidden = true")
    deployment.receive("@NimbusAir when do you open?", a_judgement(Intent.QUESTION, 40))
    deployment.receive("@NimbusAir there is smoke in the cabin", a_judgement(urgency=100))
    # A tab in the background asks every 15 seconds, and nobody waits for that here.
    refresh(page)
    expect(page).to_have_title("(1) Praise · Earshot")
    settled(page, lambda: page.evaluate("shown") == ["A critical case is waiting: Customer 2"])


def test_5000_open_cases_are_50_rows_and_nothing_is_asked_for_that_has_not_changed(
    deployment: Deployment, no_browser_errors: Any
) -> None:
    deployment.receive("@NimbusAir my bag is lost")
    page = deployment.home_page(LEO)
    asked: list[str] = []
    statuses: list[int] = []
    first_page: list[dict[str, Any]] = []
    page.on("request", lambda request: asked.append(request.url.split("/")[-1].split("?")[0]))
    page.on("response", lambda given: statuses.append(given.status) if given.url.endswith("/inbox/live") else None)
    many, began = 5_000, time.monotonic()

    def answer(route: Route) -> None:
        if not first_page:
            first_page.append(route.fetch().json())
        body = {**first_page[0]}
        cursor = re.search("cursor=c([0-9]+)", route.request.url)
        first = int(cursor[1]) if cursor else 0
        (one,) = body["items"]
        items = [{**one, "id": f"x-{n}-a-nimbusair", "urgency": 99} for n in range(first, first + 50)]
        body |= {"items": items, "total": many, "first": first + 1, "next_cursor": f"c{first + 50}"}
        route.fulfill(body=json.dumps(body), content_type="application/json")

    page.route("**/inbox?*", answer)
    deployment.sign_in(LEO, page=page)
    expect(page.locator(".row")).to_have_count(50)
    expect(page.locator(".case-count")).to_contain_text("5,000 cases")
    nodes = page.evaluate("document.getElementsByTagName('*').length")
    assert nodes < 3_000, f"{nodes} elements"
    for turned in range(1, 4):
        page.get_by_role("button", name="Next ›").click()
        expect(page.locator(".case-count")).to_contain_text(f"{turned * 50 + 1:,} to {turned * 50 + 50:,} shown")
        expect(page.locator(".row")).to_have_count(50)
    assert page.evaluate("document.getElementsByTagName('*').length") < 3_000
    for _ in range(2):
        refresh(page)
        page.wait_for_load_state("networkidle")
    # Once for each page, and when the page is looked at again; each half minute for what changes by itself.
    assert asked.count("inbox") <= 4 + 2 + 1 + (time.monotonic() - began) / 30
    settled(page, lambda: statuses[-1:] == [304])
