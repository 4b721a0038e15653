"""The case page: conversation, customer history, activity log, actions."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from earshot.cases.case.status import Outcome, Status
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent, Severity
from tests.api.fakes import case_id
from tests.console.browser.conftest import LEO, MIA, Deployment
from tests.fakes import CASE, a_judgement

JANE: dict[str, Any] = {"author": Author("7", "jane_flies", "Jane Doe", followers=2310)}


@pytest.fixture
def page(deployment: Deployment, no_browser_errors: Any) -> Page:
    """Jane's case, as Mia sees it."""
    case = deployment.receive(
        "@NimbusAir my bag is lost", a_judgement(urgency=90), link="https://x.com/jane_flies/status/1", **JANE
    )
    deployment.receive("@NimbusAir third time this month", minutes_ago=90, **JANE)
    shown = deployment.sign_in(MIA, f"#/cases/{case}")
    expect(shown.get_by_role("heading", name="Conversation")).to_be_visible()
    return shown


def log(page: Page) -> list[str]:
    return page.locator(".log b").all_text_contents()


def act(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_the_conversation_is_shown_as_posted(deployment: Deployment, no_browser_errors: Any) -> None:
    case = deployment.receive("@NimbusAir my bag\n<i>is</i> lost", link="https://x.com/jane_flies/status/1", **JANE)
    brand = Author("99", "NimbusAir", "Nimbus Air")
    deployment.receive(
        "@jane_flies so sorry. Mia",
        minutes_ago=2,
        author=brand,
        own=True,
        conversation_id="1",
        link="https://x.com/NimbusAir/status/2",
    )
    page = deployment.sign_in(MIA, f"#/cases/{case}")
    posts = page.locator(".post")
    expect(posts).to_have_count(2)
    first, answer = posts.nth(0), posts.nth(1)
    expect(first).to_contain_text("Jane Doe")
    expect(first).to_contain_text("@jane_flies")
    assert first.locator(".post-text").text_content() == "@NimbusAir my bag\n<i>is</i> lost"
    assert first.locator(".when").get_attribute("href") == "https://x.com/jane_flies/status/1"
    expect(answer).to_contain_text("Your brand")
    expect(page.locator(".head .clock")).to_have_text("Answered in 3 min")
    expect(answer).to_contain_text("First answer")
    expect(page.get_by_role("complementary")).to_contain_text("First answer by Nimbus Air after 3 min")
    expect(page.get_by_role("link", name="Reply on X")).to_have_attribute("rel", "noreferrer noopener")


def test_only_web_addresses_become_links(deployment: Deployment, no_browser_errors: Any) -> None:
    case = deployment.receive("@NimbusAir my bag is lost", link="javascript:alert(1)")
    page = deployment.sign_in(MIA, f"#/cases/{case}")
    expect(page.locator(".post")).to_have_count(1)
    assert page.locator("a[href^='javascript']").count() == 0


def test_the_customer_has_a_history(page: Page) -> None:
    about = page.get_by_role("complementary")
    expect(about).to_contain_text("1 other case")
    expect(about).to_contain_text("third time this month")
    expect(about).to_contain_text("Urgency: 90 of 100")


def test_acknowledge_add_a_note_and_resolve(page: Page, deployment: Deployment) -> None:
    act(page, "Acknowledge")
    expect(page.locator(".case-status")).to_contain_text("Acknowledged by you at")
    act(page, "Add note")
    page.get_by_label("Note", exact=True).fill("Called her: <b>Lisbon</b>")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".log")).to_contain_text("Called her: <b>Lisbon</b>")
    act(page, "Resolve")
    page.get_by_label("Outcome").select_option("compensated")
    page.get_by_label("Reason (for colleagues)").fill("refunded")
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(page.locator(".case-status")).to_contain_text("Resolved by you")
    expect(page.locator(".case-status")).to_contain_text("compensated")
    case = deployment.running.case()
    assert (case.status, case.resolution.by, str(case.resolution.outcome)) == (Status.RESOLVED, MIA, "compensated")
    page.get_by_role("link", name="‹ Inbox").click()
    expect(page.locator(".row")).to_have_count(1)


def test_reopen(page: Page, deployment: Deployment) -> None:
    act(page, "Resolve")
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    act(page, "Reopen")
    page.get_by_label("Reason (for colleagues)").fill("the refund bounced")
    page.get_by_role("dialog").get_by_role("button", name="Reopen").click()
    expect(page.locator(".log")).to_contain_text("the refund bounced")
    assert deployment.running.case().status is Status.OPEN


def test_what_was_done_by_mistake_is_undone_from_the_message(page: Page, deployment: Deployment) -> None:
    act(page, "Resolve")
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(page.locator(".case-status")).to_contain_text("Resolved by you")
    page.locator(".notices").get_by_role("button", name="Undo").click()
    expect(page.locator(".case-status")).to_contain_text("Not acknowledged")
    expect(page.locator(".notices")).to_contain_text("Undone. The case is what it was.")
    expect(page.locator(".log")).to_contain_text("Undone by you")
    assert deployment.running.case().status is Status.OPEN


def test_the_message_says_who_is_alerted_and_not_more(page: Page, deployment: Deployment) -> None:
    act(page, "Hand over")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_contain_text("This alerts ")
    dialog.get_by_role("button", name="Hand over").click()
    expect(page.locator(".notices")).to_contain_text("Handed over. Rung ")


def test_snooze_and_hand_over(page: Page, deployment: Deployment) -> None:
    act(page, "Snooze")
    page.get_by_label("Snooze for", exact=True).select_option("60")
    page.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    expect(page.locator(".case-status")).to_contain_text("Alerts snoozed by you until")
    case = deployment.running.case()
    assert case.ladder.snoozed_by == MIA
    assert case.ladder.snoozed_until > datetime.now(UTC) + timedelta(minutes=50)
    act(page, "Hand over")
    page.get_by_role("dialog").get_by_role("button", name="Hand over").click()
    expect(page.locator(".log")).to_contain_text("Handed over")
    assert deployment.running.case().ladder.handed_over_by == MIA


def test_not_a_complaint_resolves_the_case(page: Page, deployment: Deployment) -> None:
    act(page, "Not a complaint")
    expect(page.locator(".case-status")).to_contain_text("not a complaint")
    assert deployment.running.case().resolution.outcome is Outcome.NOT_A_COMPLAINT


def test_reclassify_and_confirm_the_classification(page: Page, deployment: Deployment) -> None:
    act(page, "Reclassify")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Reclassify").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Nothing has changed yet")
    dialog.get_by_label("Intent").select_option("question")
    dialog.get_by_label("Severity").select_option("normal")
    dialog.get_by_role("button", name="Reclassify").click()
    expect(page.locator(".head .severity")).to_have_text("Normal")
    case = deployment.running.case()
    assert (case.assessment.intent, case.assessment.severity) == (Intent.QUESTION, Severity.NORMAL)
    act(page, "Confirm classification")
    expect(page.locator(".log")).to_contain_text("Confirmed")


def test_acting_on_an_outdated_case_is_refused(page: Page, deployment: Deployment, no_browser_errors: Any) -> None:
    no_browser_errors("412")
    leo = deployment.sign_in(LEO, f"#/cases/{CASE}")
    act(leo, "Reclassify")
    leo.get_by_label("Severity").select_option("high")
    leo.get_by_role("dialog").get_by_role("button", name="Reclassify").click()
    expect(leo.locator(".head .severity")).to_have_text("High")
    act(page, "Snooze")
    page.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    expect(page.locator(".notices")).to_contain_text("Someone changed this case while you were looking at it")
    expect(page.locator(".head .severity")).to_have_text("High")
    assert deployment.running.case().ladder.snoozed_until is None


def test_a_failure_is_shown_in_the_dialog_and_keeps_what_was_typed(page: Page, no_browser_errors: Any) -> None:
    no_browser_errors("Failed to load resource")
    act(page, "Add note")
    page.get_by_label("Note", exact=True).fill("Called her.")
    page.route("**/notes", lambda route: route.abort())
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("cannot be reached")
    page.unroute("**/notes")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator(".log")).to_contain_text("Called her.")


def test_an_unknown_case_is_not_found(deployment: Deployment, no_browser_errors: Any) -> None:
    no_browser_errors("404")
    page = deployment.sign_in(MIA, f"#/cases/{case_id(404)}")
    expect(page.get_by_text("Not found")).to_be_visible()
