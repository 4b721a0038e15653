"""A case: the conversation as it ran, who the author is, what was done, and what staff do next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from earshot.cases.case import Outcome, Status
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent, Severity
from tests.console.conftest import LEO, MIA, Desk
from tests.fakes import a_judgement

JANE: dict[str, Any] = {"author": Author("7", "jane_flies", "Jane Doe", followers=2310)}


@pytest.fixture
def page(desk: Desk, no_faults: Any) -> Page:
    """Jane's case, as Mia sees it."""
    case = desk.hear(
        "@NimbusAir my bag is lost", a_judgement(urgency=90), link="https://x.com/jane_flies/status/1", **JANE
    )
    desk.hear("@NimbusAir third time this month", minutes_ago=90, **JANE)
    shown = desk.sign_in(MIA, f"#/cases/{case}")
    expect(shown.get_by_role("heading", name="Conversation")).to_be_visible()
    return shown


def log(page: Page) -> list[str]:
    return page.locator(".log b").all_text_contents()


def act(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_the_conversation_ran_as_it_is_shown(desk: Desk, no_faults: Any) -> None:
    case = desk.hear("@NimbusAir my bag\n<i>is</i> lost", link="https://x.com/jane_flies/status/1", **JANE)
    brand = Author("99", "NimbusAir", "Nimbus Air")
    desk.hear(
        "@jane_flies so sorry. Mia",
        minutes_ago=2,
        author=brand,
        own=True,
        conversation_id="1",
        link="https://x.com/NimbusAir/status/2",
    )
    page = desk.sign_in(MIA, f"#/cases/{case}")
    posts = page.locator(".post")
    expect(posts).to_have_count(2)
    first, answer = posts.nth(0), posts.nth(1)
    expect(first).to_contain_text("Jane Doe")
    expect(first).to_contain_text("@jane_flies")
    assert first.locator(".words").text_content() == "@NimbusAir my bag\n<i>is</i> lost"
    assert first.locator(".when").get_attribute("href") == "https://x.com/jane_flies/status/1"
    expect(answer).to_contain_text("your brand")
    expect(page.locator(".head .clock")).to_have_text("answered in 3 min")
    expect(page.get_by_role("link", name="Open on X to reply")).to_have_attribute("rel", "noreferrer noopener")


def test_an_address_that_is_none_of_the_web_is_no_link(desk: Desk, no_faults: Any) -> None:
    case = desk.hear("@NimbusAir my bag is lost", link="javascript:alert(1)")
    page = desk.sign_in(MIA, f"#/cases/{case}")
    expect(page.locator(".post")).to_have_count(1)
    assert page.locator("a[href^='javascript']").count() == 0


def test_the_author_has_a_history(page: Page) -> None:
    about = page.get_by_role("complementary")
    expect(about).to_contain_text("1 case beside this one")
    expect(about).to_contain_text("third time this month")
    expect(about).to_contain_text("Urgency 90 of 100")


def test_a_case_is_taken_annotated_and_resolved(page: Page, desk: Desk) -> None:
    act(page, "Acknowledge")
    expect(page.locator(".standing")).to_contain_text("Held by you since")
    act(page, "Note")
    page.get_by_label("Note", exact=True).fill("Called her: <b>Lisbon</b>")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator(".log")).to_contain_text("Called her: <b>Lisbon</b>")
    act(page, "Resolve")
    page.get_by_label("Outcome").select_option("compensated")
    page.get_by_label("Why, for colleagues").fill("refunded")
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(page.locator(".standing")).to_contain_text("Resolved by you")
    expect(page.locator(".standing")).to_contain_text("compensated")
    case = desk.running.case()
    assert (case.status, case.resolved_by, str(case.outcome)) == (Status.RESOLVED, MIA, "compensated")
    page.get_by_role("link", name="‹ Inbox").click()
    expect(page.locator(".row")).to_have_count(1)


def test_it_is_opened_again(page: Page, desk: Desk) -> None:
    act(page, "Resolve")
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    act(page, "Reopen")
    page.get_by_label("Why, for colleagues").fill("the refund bounced")
    page.get_by_role("dialog").get_by_role("button", name="Reopen").click()
    expect(page.locator(".log")).to_contain_text("the refund bounced")
    assert desk.running.case().status is Status.OPEN


def test_it_is_snoozed_and_handed_over(page: Page, desk: Desk) -> None:
    act(page, "Snooze")
    page.get_by_label("For", exact=True).select_option("60")
    page.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    expect(page.locator(".standing")).to_contain_text("Snoozed by you until")
    case = desk.running.case()
    assert case.snoozed_by == MIA
    assert case.snoozed_until > datetime.now(UTC) + timedelta(minutes=50)
    act(page, "Hand over")
    expect(page.locator(".log")).to_contain_text("handed over")
    assert desk.running.case().handed_over_by == MIA


def test_what_is_no_complaint_is_said_to_be_none(page: Page, desk: Desk) -> None:
    act(page, "Not a complaint")
    expect(page.locator(".standing")).to_contain_text("not a complaint")
    assert desk.running.case().outcome is Outcome.NOT_A_COMPLAINT


def test_the_judgement_is_corrected_and_confirmed(page: Page, desk: Desk) -> None:
    act(page, "Correct")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Correct").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Nothing is different yet")
    dialog.get_by_label("It is").select_option("question")
    dialog.get_by_label("How urgent").select_option("normal")
    dialog.get_by_role("button", name="Correct").click()
    expect(page.locator(".head .severity")).to_have_text("Normal")
    case = desk.running.case()
    assert (case.intent, case.severity) == (Intent.QUESTION, Severity.NORMAL)
    act(page, "Judged rightly")
    expect(page.locator(".log")).to_contain_text("confirmed")


def test_whoever_acts_on_what_is_old_is_told_and_sees_what_is_new(page: Page, desk: Desk, no_faults: Any) -> None:
    no_faults("412")
    leo = desk.sign_in(LEO, "#/cases/x-1")
    act(leo, "Correct")
    leo.get_by_label("How urgent").select_option("high")
    leo.get_by_role("dialog").get_by_role("button", name="Correct").click()
    expect(leo.locator(".head .severity")).to_have_text("High")
    act(page, "Snooze")
    page.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    expect(page.locator(".notices")).to_contain_text("Somebody changed the case while you looked at it")
    expect(page.locator(".head .severity")).to_have_text("High")
    assert desk.running.case().snoozed_until is None


def test_what_a_dialog_met_is_told_in_it_and_nothing_that_was_typed_is_lost(page: Page, no_faults: Any) -> None:
    no_faults("Failed to load resource")
    act(page, "Note")
    page.get_by_label("Note", exact=True).fill("Called her.")
    page.route("**/notes", lambda route: route.abort())
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("cannot be reached")
    page.unroute("**/notes")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator(".log")).to_contain_text("Called her.")


def test_a_case_that_is_not_there_is_said_not_to_be(desk: Desk, no_faults: Any) -> None:
    no_faults("404")
    page = desk.sign_in(MIA, "#/cases/x-404")
    expect(page.get_by_text("There is no such thing here")).to_be_visible()
