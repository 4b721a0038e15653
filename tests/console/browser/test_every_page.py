"""Every page: accessible in light and dark, fit for phones, small; and what praise, incidents and report show."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Response, Route, expect

from earshot.api.schemas import reports as report_shapes
from earshot.mentions.source_state import SourceStatus
from earshot.triage.judgement import Intent
from tests.api.fakes import case_id
from tests.console.browser.answers import REPORT, serve_report
from tests.console.browser.axe import DESKTOP, PHONE, dark_violations, violations, width_on_a_phone
from tests.console.browser.conftest import CROWD, EVE, MIA, Deployment
from tests.console.test_static import MOST_BYTES
from tests.fakes import a_judgement

FIRST_CASE = f"#/cases/{case_id(1, 'a1')}"
# Each page with an element that appears once everything has loaded.
PAGES = {
    "#/": ".row .clock",
    FIRST_CASE: ".log li",
    "#/praise": ".card .tag",
    "#/incidents": ".card",
    "#/incidents/{incident}": "tbody tr",
    "#/report": ".chart canvas",
}
LONG = "@NimbusAir " + "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüssel" * 3


@pytest.fixture
def full(deployment: Deployment) -> Deployment:
    """Something on every page, and words that are wider than a phone."""
    deployment.receive(LONG, a_judgement(urgency=90), minutes_ago=40)
    deployment.receive("@NimbusAir my bag is lost", a_judgement(urgency=65))
    deployment.receive("@NimbusAir when do you open?", a_judgement(Intent.QUESTION, 40))
    deployment.receive("@NimbusAir and the seats are small", a_judgement(Intent.OTHER, 5))
    author = {"author": deployment.author("jane")}
    deployment.receive("@NimbusAir my bag is lost again", minutes_ago=9, **author)
    deployment.receive("@NimbusAir you found it, thank you!", a_judgement(Intent.PRAISE, 5), minutes_ago=2, **author)
    deployment.receive("Anybody flown with @NimbusAir to Oslo?", a_judgement(Intent.OPPORTUNITY, 20))
    return deployment


def show(page: Page, place: str, incident: str = "") -> None:
    page.evaluate(f"location.hash = {json.dumps(place.format(incident=incident))}")
    expect(page.locator(PAGES[place]).first).to_be_attached()


def test_axe_finds_nothing_in_light_and_dark_and_phones_never_scroll_sideways(
    full: Deployment, no_browser_errors: Any
) -> None:
    incident = full.start_incident("the app is down")
    page = full.sign_in()
    for place in PAGES:
        show(page, place, incident)
        assert violations(page) == [], place
        assert dark_violations(page) == [], f"{place} in the dark"
        assert width_on_a_phone(page) <= PHONE["width"], place
        if place == "#/":  # with everything selected, its bar is there as well
            page.keyboard.press("*")
            expect(page.get_by_label("Selected cases")).to_be_visible()
            assert width_on_a_phone(page) <= PHONE["width"], "the bar of a selection"
        assert violations(page) == [], f"{place} on a phone"
        page.set_viewport_size(DESKTOP)
    show(page, FIRST_CASE)
    for name in ("Resolve", "Reclassify", "Shortcuts", "Being told"):
        page.get_by_role("button", name=name, exact=True).click()
        assert violations(page) == [], name
        assert dark_violations(page) == [], f"{name} in the dark"
        page.keyboard.press("Escape")


# The inbox and its parts are loaded with every page.
HEAVY_PAGES = {
    FIRST_CASE: (".log li", "case.js"),
    "#/report": (".chart canvas", "uplot.js"),
    "#/settings/people": (".calendar", "calendar.js"),
}


def test_everything_that_a_page_loads_is_small(full: Deployment, no_browser_errors: Any) -> None:
    for place, (shown, needs) in HEAVY_PAGES.items():
        page = full.new_page()
        sizes: dict[str, int] = {}

        def weigh(given: Response, sizes: dict[str, int] = sizes) -> None:
            if given.status == 200 and "/oauth2/" not in given.url:
                sizes[given.url] = len(given.body())

        page.on("response", weigh)
        full.sign_in(place=place, page=page)
        expect(page.locator(shown).first).to_be_attached()
        page.wait_for_load_state("networkidle")
        assert any(url.endswith(needs) for url in sizes), place
        assert sum(sizes.values()) < MOST_BYTES, sizes


def report(deployment: Deployment) -> Page:
    """The report page with at least one of everything."""
    assert report_shapes.Report.model_validate(REPORT)
    page = deployment.home_page()
    serve_report(page)
    deployment.sign_in(place="#/report", page=page)
    expect(page.locator(".chart canvas")).to_have_count(2)
    return page


def test_the_report_has_tables_and_a_csv_download(deployment: Deployment, no_browser_errors: Any) -> None:
    page = report(deployment)
    for text in ("1,234", "11 min", "1 h 30 min", "60%", "33%", "Still waiting, 1 overdue", "as before"):
        expect(page.locator(".tiles")).to_contain_text(text)
    page.get_by_text("Posts by intent as a table").click()
    last = page.get_by_role("group", name="Posts by intent", exact=True).locator("tbody tr").last
    expect(last).to_be_visible()
    assert last.locator("th, td").all_text_contents() == ["2026-11-21", "12", "1", "1"]
    expect(page.get_by_role("row", name="Lost all")).to_contain_text("–")
    expect(page.get_by_role("row", name="Zephyr")).to_contain_text("1 min")
    expect(page.get_by_role("row", name="Within 15 minutes")).to_contain_text("50%")
    busiest = page.get_by_role("group", name="Cases opened by weekday and hour, in UTC").locator(".shade-5")
    assert busiest.all_text_contents() == ["6"]
    expect(page.get_by_role("row", name="X: mentions of @NimbusAir")).to_contain_text("X cut the page")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download CSV").click()
    assert re.fullmatch(r"earshot-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv", saved.value.suggested_filename)
    assert saved.value.path().read_text(encoding="utf-8").startswith("section,")
    page.get_by_label("From").fill("2026-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("alert")).to_contain_text("at most 31 days")


def test_the_printed_report_has_no_buttons(deployment: Deployment, no_browser_errors: Any) -> None:
    page = report(deployment)
    page.emulate_media(media="print")
    for button in page.get_by_role("button").all():
        expect(button).to_be_hidden()
    expect(page.get_by_role("heading", name="By topic")).to_be_visible()


def test_the_report_counts_the_posts_received(full: Deployment, no_browser_errors: Any) -> None:
    page = full.sign_in(place="#/report")
    expect(page.locator(".chart canvas")).to_have_count(2)
    page.get_by_text("Posts by intent as a table").click()
    rows = page.get_by_role("group", name="Posts by intent", exact=True).locator("tbody tr").all()
    days = [[int(cell) for cell in row.locator("td").all_text_contents()] for row in rows]
    # Complaints, questions and praise; forty minutes ago may have been yesterday.
    assert [sum(column) for column in zip(*days, strict=True)] == [3, 1, 1]
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download CSV").click()
    assert saved.value.path().read_text(encoding="utf-8").startswith("section,")


def test_a_thanked_customer_leaves_the_praise_page(full: Deployment, no_browser_errors: Any) -> None:
    page = full.sign_in(place="#/praise")
    thanks = page.get_by_role("list", name="praise")
    expect(thanks.locator(".card")).to_have_count(1)
    expect(thanks.locator(".card")).to_contain_text("Complained before: 1 complaint")
    expect(page.get_by_role("list", name="opportunities")).to_contain_text("Anybody flown")
    thanks.get_by_role("button", name="Mark as thanked").click()
    expect(thanks.locator(".card")).to_have_count(0)
    assert str(full.running.case(case_id(6, "of_jane")).resolution.outcome) == "thanked"


def test_an_incident_lists_the_affected_customers(deployment: Deployment, no_browser_errors: Any) -> None:
    incident = deployment.start_incident("the app is down")
    page = deployment.sign_in(place="#/incidents")
    page.get_by_role("link", name="outage").click()
    expect(page.get_by_role("row")).to_have_count(1 + CROWD)
    expect(page.get_by_role("row", name="Customer 1 @customer1")).to_contain_text("120 followers")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download CSV").click()
    assert saved.value.suggested_filename == f"{incident}.csv"
    assert len(saved.value.path().read_text("utf-8").splitlines()) == 1 + CROWD


@pytest.mark.parametrize("place", ["#/praise", "#/incidents", "#/report"])
def test_a_missing_route_is_shown_as_not_available(deployment: Deployment, no_browser_errors: Any, place: str) -> None:
    no_browser_errors("404")
    problem = {"type": "urn:earshot:problem:no-route", "status": 404, "detail": "Nothing is here."}
    page = deployment.home_page()
    page.route(
        re.compile(r"default/(praise|opportunities|incidents|report)\b"),
        lambda route: route.fulfill(status=404, content_type="application/problem+json", body=json.dumps(problem)),
    )
    deployment.sign_in(place=place, page=page)
    expect(page.get_by_text("Not available").first).to_be_visible()


def test_a_page_that_is_loaded_late_does_not_replace_the_next(deployment: Deployment) -> None:
    page = deployment.sign_in()
    held: list[Route] = []
    page.route("**/pages/report.js", lambda route: held.append(route))
    with page.expect_request("**/pages/report.js"):
        page.get_by_role("link", name="Report").click()
    page.get_by_role("link", name="Praise").click()
    expect(page.locator("main h1")).to_have_text("Praise and opportunities")
    with page.expect_response("**/pages/report.js"):
        held[0].continue_()
    page.wait_for_timeout(200)
    expect(page.locator("main h1")).to_have_text("Praise and opportunities")


def test_the_doctors_page_is_for_administrators(deployment: Deployment, no_browser_errors: Any) -> None:
    deployment.end_fetch(SourceStatus.UNAUTHORISED, "X refuses the bearer token.")
    page = deployment.sign_in(EVE)
    page.get_by_role("link", name="Doctor").click()
    first = page.locator(".card").first
    expect(first).to_contain_text("source x#mentions#NimbusAir")
    expect(first).to_contain_text("Put a valid bearer token into the secret")
    expect(page.get_by_role("status").filter(has_text="do not rely on it")).to_contain_text("2 failures")
    expect(page.locator(".card", has_text="email of on call")).to_contain_text("is confirmed")
    assert violations(page) == []
    assert width_on_a_phone(page) <= PHONE["width"]
    page.set_viewport_size(DESKTOP)
    deployment.end_fetch()
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("Nothing that the stack can see is broken.")).to_be_visible()
    lead = deployment.sign_in(MIA)
    expect(lead.get_by_role("link", name="Report")).to_be_visible()
    expect(lead.get_by_role("link", name="Doctor")).to_have_count(0)
