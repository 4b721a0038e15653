"""The settings page in one world: what an admin sets on each tab, what an agent sees of it, and that all can use it."""

import re
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, expect

from earshot.triage.terms.table import TermsTable
from tests.console.browser.axe import DESKTOP, PHONE, dark_violations, violations, width_on_a_phone
from tests.console.browser.conftest import EVE, LEO, MIA, Deployment

# Each tab with what is there once it has loaded.
TABS = {
    "people": ".calendar",
    "silences": "h2",
    "policy": "textarea",
    "terms": "textarea",
    "brands": "textarea",
    "users": "tbody tr",
    "sources": "tbody tr",
    "corrections": "h2",
    "changes": "h2",
}
# Tabs that have colours of their own; the others are made of parts that are looked at elsewhere.
COLOURED = ("people", "changes")


def tab(page: Page, name: str) -> None:
    page.evaluate(f"location.hash = '#/settings/{name}'")
    expect(page.locator(f'.settings-tabs a[href="#/settings/{name}"][aria-current]')).to_be_visible()
    expect(page.locator(f".settings {TABS[name]}").first).to_be_attached()
    expect(page.locator(".settings .loading")).to_have_count(0)


def said(page: Page, text: str) -> None:
    """A notice that something was done; closed, since it lies above the page."""
    notice = page.locator(".notice", has_text=text)
    expect(notice).to_be_visible()
    notice.get_by_role("button", name="Close").click()


def submit(page: Page, button: str, **fields: str) -> None:
    dialog = page.get_by_role("dialog")
    for label, value in fields.items():
        control = dialog.get_by_label(re.compile(label.replace("_", " "), re.IGNORECASE))
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    dialog.get_by_role("button", name=button, exact=True).click()
    expect(dialog).to_have_count(0)


def test_what_an_admin_sets_holds_and_can_be_taken_back(deployment: Deployment, no_browser_errors: Any) -> None:
    no_browser_errors("412")
    no_browser_errors("400")
    deployment.receive("@NimbusAir the blue lantern blinks", minutes_ago=30)
    page = deployment.sign_in(EVE, "#/settings")

    # Who is on call: a person, their turns, somebody who stands in, and the way back.
    expect(page.locator(".on-call .card").first).to_contain_text("the stack's parameters")
    for id, name in (("mia", "Mia Okafor"), ("leo", "Leo Brandt")):
        page.get_by_role("button", name="Add a person").click()
        submit(page, "Add", Id=id, Name=name, Email=f"{id}@nimbus.example")
        said(page, f"{name} is on the roster")
    page.get_by_role("button", name="Change the rotation of rung 1").click()
    submit(page, "Save", People="mia", A_turn_lasts="day", Time_zone="UTC", First="2026-11-01")
    said(page, "The rotation of rung 1 is saved.")
    expect(page.locator(".on-call .card").first).to_contain_text("Mia Okafor")
    days = page.locator(".calendar .day")
    expect(days).to_have_count(14)
    expect(page.locator(".day[aria-current]")).to_contain_text("Mia Okafor")
    days.last.get_by_role("button", name="Add an override on").click()
    submit(page, "Add the override", Person="leo", Rung="1")
    said(page, "leo stands in on rung 1.")
    expect(days.last).to_contain_text("Leo Brandt (stands in)")
    page.get_by_role("button", name="Remove: Rung 1: leo stands in").click()
    submit(page, "Remove")
    said(page, "by its rotation again")
    expect(days.last).not_to_contain_text("Leo Brandt")
    page.get_by_role("button", name="Add an absence").click()
    submit(page, "Add the absence", Person="mia")
    said(page, "Mia Okafor is away")
    expect(page.locator(".day[aria-current]")).to_contain_text("Away: Mia Okafor")

    # A silence.
    tab(page, "silences")
    page.get_by_role("button", name="Add a silence").click()
    submit(page, "Add the silence", Topics="outage", Reason="planned work")
    said(page, "Silenced until")
    page.get_by_role("button", name="End the silence of topic outage").click()
    submit(page, "End it")
    said(page, "The silence has ended.")
    expect(page.get_by_text("No silence is in force")).to_be_visible()

    # The policy: nothing is saved that was not looked at, or that cannot be used.
    tab(page, "policy")
    text = page.get_by_role("textbox")
    save, preview = (
        page.get_by_role("button", name="Save", exact=True),
        page.get_by_role("button", name="Preview a week"),
    )
    expect(save).to_be_disabled()
    text.fill("[targets]\ncritical = 0\n")
    preview.click()
    expect(page.get_by_role("alert").filter(has_text="must be a whole number from 1")).to_be_visible()
    expect(save).to_be_disabled()
    text.fill("[targets]\ncritical = 10\n")
    preview.click()
    expect(page.get_by_role("group", name="The coming week").locator("tbody tr")).to_have_count(28)
    expect(page.get_by_role("group", name="The coming week").locator("tbody tr").last).to_contain_text(
        "rung 1 (Mia Okafor) at once"
    )
    save.click()
    said(page, "Policy saved: in force within a minute.")
    expect(page.get_by_text("critical   10 min").last).to_be_visible()

    # The terms: back-tested, and refused where somebody was first.
    tab(page, "terms")
    text.fill('always_urgent = ["blue lantern"]\n')
    page.get_by_role("button", name="Back-test on the last week").click()
    expect(page.get_by_text("Looked at 1 post")).to_contain_text("1 would page newly, 0 no longer")
    expect(
        page.locator(".card", has_text="the blue lantern blinks").get_by_role("link", name="Open the case")
    ).to_be_visible()
    cloud = deployment.running.cloud
    table = TermsTable(cloud.engine.client("dynamodb"), cloud.stack.outputs["SourceTableName"])
    table.write('products = ["Nimbus Plus"]\n', datetime.now(UTC))
    save.click()
    expect(page.get_by_text("Somebody has changed it since you read it.")).to_be_visible()
    expect(page.locator("pre", has_text="Nimbus Plus").first).to_be_visible()
    assert text.input_value() == 'always_urgent = ["blue lantern"]\n'
    page.get_by_role("button", name="Back-test on the last week").click()
    expect(save).to_be_enabled()
    save.click()
    said(page, "Terms saved")

    # The log says who and what, and leads back.
    tab(page, "changes")
    latest = page.locator(".card", has_text="terms-2")
    expect(latest).to_contain_text(EVE)
    expect(latest.locator(".added")).to_contain_text("blue lantern")
    expect(latest.locator(".removed")).to_contain_text("Nimbus Plus")
    latest.get_by_role("button", name="Go back to before terms-2").click()
    submit(page, "Go back")
    said(page, "what stood there before terms-2 is in force")
    expect(page.locator(".card").first).to_contain_text("Took back terms-2.")
    assert table.read() == 'products = ["Nimbus Plus"]\n'

    # Users.
    tab(page, "users")
    expect(page.get_by_role("row", name=EVE)).to_contain_text("You")
    page.get_by_role("button", name="Invite somebody").click()
    submit(page, "Invite", Email="bo@nimbus.example", Role="viewer")
    said(page, "bo@nimbus.example is invited as viewer.")
    page.get_by_role("button", name="Change bo@nimbus.example").click()
    submit(page, "Save", Role="agent", Can_sign_in="no")
    said(page, "bo@nimbus.example: agent, disabled.")
    expect(page.get_by_role("row", name="bo@nimbus.example")).to_contain_text("disabled")

    tab(page, "sources")
    for listed in ("Sources", "What was heard"):
        rows = page.get_by_role("group", name=listed, exact=True).get_by_role("row", name="X: mentions of @NimbusAir")
        expect(rows).to_be_visible()
    expect(page.get_by_text("The month will cost about $")).to_be_visible()
    expect(page.get_by_role("row", name="Comprehend")).to_contain_text("ComprehendMonthlySpendLimit")

    # Everybody can use it: each tab, and on a phone.
    for name in TABS:
        tab(page, name)
        assert violations(page) == [], name
        if name in COLOURED:
            assert dark_violations(page) == [], f"{name} in the dark"
        assert width_on_a_phone(page) <= PHONE["width"], name
        page.set_viewport_size(DESKTOP)
    tab(page, "people")
    page.get_by_role("button", name="Add an override", exact=True).click()
    assert violations(page) == [], "a dialog"


def test_an_agent_reads_and_a_lead_changes_all_but_brands_and_users(
    deployment: Deployment, no_browser_errors: Any
) -> None:
    agent = deployment.sign_in(LEO, "#/settings")
    expect(agent.locator(".calendar")).to_be_visible()
    assert agent.locator(".settings-tabs a").all_text_contents() == ["On call", "Silences"]
    expect(agent.locator(".settings button")).to_have_count(0)
    tab(agent, "silences")
    expect(agent.locator(".settings button")).to_have_count(0)
    agent.evaluate("location.hash = '#/settings/terms'")
    expect(agent.get_by_text("Your role does not show these settings.")).to_be_visible()
    case = deployment.receive("@NimbusAir thanks for nothing", minutes_ago=3)
    lead = deployment.sign_in(MIA, f"#/cases/{case}")
    lead.get_by_role("button", name="Not a complaint").click()
    said(lead, "The correction is logged.")
    tab(lead, "corrections")
    card = lead.locator(".card", has=lead.locator(f'a[href="#/cases/{case}"]'))
    expect(card).to_contain_text("you")
    expect(card).to_contain_text("Judged complaint, ")
    expect(card).to_contain_text("→ not a complaint")
    expect(lead.get_by_text("Something that still stands was said of")).to_contain_text("0 judged rightly")
    lead.get_by_label("What").select_option("confirmed")
    expect(lead.get_by_text("Nobody has corrected anything")).to_be_visible()
    assert violations(lead) == []
    assert width_on_a_phone(lead) <= PHONE["width"]
    lead.set_viewport_size(DESKTOP)
    lead.evaluate("location.hash = '#/settings/brands'")
    expect(lead.get_by_role("textbox")).not_to_be_editable()
    assert "Users" not in lead.locator(".settings-tabs a").all_text_contents()
