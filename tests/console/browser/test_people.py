"""Colleagues at one case: giving it away, taking it over, mentioning, seeing who looks; counted in acts."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from earshot.cases.case.status import Status
from tests.console.browser.axe import PHONE, violations, width_on_a_phone
from tests.console.browser.conftest import LEO, MIA, Deployment
from tests.fakes import a_judgement


class Acts:
    """A person at a page: each press of a button is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, name: str, **options: Any) -> None:
        self.page.get_by_role("button", name=name, **options).click()
        self.count += 1

    def press_in_dialog(self, name: str) -> None:
        self.page.get_by_role("dialog").get_by_role("button", name=name).click()
        self.count += 1


@pytest.fixture
def both(deployment: Deployment, no_browser_errors: Any) -> tuple[str, Page, Page]:
    """One case, as Mia and Leo see it at the same time."""
    case = deployment.receive("@NimbusAir my bag is lost", a_judgement(urgency=90), link="https://x.com/jane/status/1")
    mia, leo = (_at_the_case(deployment, who, case) for who in (MIA, LEO))
    return case, mia, leo


def _at_the_case(deployment: Deployment, who: str, case: str) -> Page:
    page = deployment.sign_in(who, f"#/cases/{case}")
    expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
    return page


def test_a_case_is_given_to_mia_taken_over_by_leo_and_given_back(
    both: tuple[str, Page, Page], deployment: Deployment
) -> None:
    case, mia, leo = both
    expect(leo.get_by_text(f"{MIA} is looking at this case too.")).to_be_visible()
    giving = Acts(leo)
    giving.press("Assign", exact=True)
    expect(leo.get_by_role("dialog")).to_contain_text("is not on the roster: Earshot cannot tell them")
    assert violations(leo) == []
    giving.press_in_dialog(MIA)
    expect(leo.locator(".case-status")).to_contain_text(f"Assigned to {MIA} by you")
    assert giving.count <= 2
    held = deployment.running.case(case).acknowledgement
    assert (held.by, held.assigned_by) == (MIA, LEO)

    taking = Acts(leo)
    taking.press("Take over")
    expect(leo.get_by_role("dialog")).to_contain_text(f"{MIA}, who holds it, is told.")
    taking.press_in_dialog("Take over")
    expect(leo.locator(".case-status")).to_contain_text("Acknowledged by you")
    assert taking.count <= 2
    assert deployment.running.case(case).acknowledgement.by == LEO

    undoing = Acts(leo)
    undoing.press("Undo")
    expect(leo.locator(".case-status")).to_contain_text(f"Assigned to {MIA} by you")
    assert undoing.count == 1
    assert deployment.running.case(case).status is Status.ACKNOWLEDGED
    assert deployment.running.case(case).acknowledgement == held

    deployment.running.notify()
    mia.reload()
    expect(mia.locator(".log")).to_contain_text("Not told")


def test_a_note_completes_names_and_says_whom_nobody_knows(both: tuple[str, Page, Page]) -> None:
    _, mia, _leo = both
    mia.keyboard.press("n")
    note = mia.get_by_label("Note", exact=True)
    note.press_sequentially("ask @le")
    mia.get_by_role("group", name="Colleagues to mention").get_by_role("button", name=LEO).click()
    expect(note).to_have_value(f"ask @{LEO} ")
    note.press_sequentially("or @zoe")
    note.press("Control+Enter")
    expect(mia.locator(".notices")).to_contain_text(f"Earshot cannot tell {LEO}: say it yourself.")
    expect(mia.locator(".notices")).to_contain_text("No colleague is called @zoe.")


def test_a_reply_is_written_here_and_posted_by_a_person(both: tuple[str, Page, Page], deployment: Deployment) -> None:
    _, mia, _leo = both
    draft = mia.get_by_label("Draft (you post it yourself)")
    draft.fill("So sorry, Jane.")
    mia.get_by_role("button", name="Save as snippet").click()
    mia.get_by_label("Name", exact=True).fill("Sorry")
    mia.get_by_role("dialog").get_by_role("button", name="Save").click()
    draft.fill("")
    mia.get_by_label("Begin with").select_option("Sorry")
    expect(draft).to_have_value("So sorry, Jane.")
    expect(mia.get_by_text("Customers notice canned replies")).to_be_visible()
    mia.context.grant_permissions(["clipboard-read", "clipboard-write"])
    draft.press("End")
    draft.press_sequentially(" Your bag is in Oslo.")
    expect(mia.get_by_text("Customers notice canned replies")).to_be_hidden()
    mia.context.route("https://x.com/**", lambda route: route.fulfill(body="X"))
    with mia.expect_popup() as opened:
        draft.press("Control+Enter")
    assert opened.value.url == "https://x.com/jane/status/1"
    opened.value.close()
    mia.bring_to_front()
    assert mia.evaluate("navigator.clipboard.readText()") == "So sorry, Jane. Your bag is in Oslo."
    assert width_on_a_phone(mia) <= PHONE["width"]
    assert violations(mia) == []
