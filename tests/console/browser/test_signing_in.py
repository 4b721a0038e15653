"""Signing in: a code that serves once and for this tab alone, tokens that nothing but memory holds."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from infra.local.browser import sign_in
from tests.console.conftest import LEO, NEW, PASSWORD, Desk


def stored(page: Page) -> dict[str, Any]:
    """All that scripts of this origin could read once the page is closed, or from beside it."""
    return page.evaluate(
        "({session: {...sessionStorage}, local: {...localStorage}, cookie: document.cookie, address: location.href})"
    )


def test_the_address_of_the_deployment_leads_to_the_inbox_by_way_of_the_sign_in(desk: Desk, no_faults) -> None:
    page = desk.look()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, desk.running.cloud.api_url + "/", LEO, PASSWORD)
    expect(page.locator(".who")).to_contain_text(LEO)
    expect(page.locator(".who")).to_contain_text("agent")

    authorize = next(parse_qs(urlsplit(url).query) for url in asked if "/oauth2/authorize" in url)
    assert authorize["code_challenge_method"] == ["S256"]
    assert authorize["response_type"] == ["code"]
    kept = stored(page)
    assert (kept["session"], kept["local"], kept["cookie"]) == ({}, {}, "")
    assert "code=" not in kept["address"]
    assert "state=" not in kept["address"]
    # Nothing that was asked for after the sign-in carries a token in its address, and nobody else is asked.
    assert not [url for url in asked if "eyJ" in url]
    assert {urlsplit(url).hostname for url in asked if url.startswith("http")} == {"127.0.0.1"}


def test_a_reload_and_a_link_to_a_case_ask_for_no_password_again(desk: Desk, no_faults) -> None:
    case = desk.hear("@NimbusAir my bag is lost")
    page = desk.sign_in(place=f"#/cases/{case}", page=desk.look())
    expect(page.get_by_role("heading", level=1)).to_contain_text("Customer 1")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Customer 1")
    assert page.url.endswith(f"#/cases/{case}")


def test_a_code_that_this_tab_did_not_ask_for_signs_nobody_in(desk: Desk, no_faults) -> None:
    page = desk.look()
    exchanged: list[str] = []
    page.on("request", lambda request: exchanged.append(request.url) if "/oauth2/token" in request.url else None)
    page.goto(f"{desk.url}?code=stolen&state=foreign")
    expect(page.get_by_label("Password")).to_be_visible()
    assert exchanged == []


def test_signing_out_ends_the_session_at_cognito_too(desk: Desk, no_faults) -> None:
    page = desk.sign_in(page=desk.look())
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.goto(desk.url)
    expect(page.get_by_label("Password")).to_be_visible()


def test_the_tokens_are_renewed_before_they_end_and_the_role_stays(desk: Desk, no_faults) -> None:
    desk.hear("@NimbusAir my bag is lost")
    page = desk.look()
    page.clock.install()
    desk.sign_in(page=page)
    expect(page.locator(".row")).to_have_count(1)
    with page.expect_request("**/oauth2/token") as renewal:
        page.clock.fast_forward("59:30")
        page.locator(".row .open").click()
    assert parse_qs(renewal.value.post_data)["grant_type"] == ["refresh_token"]
    expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator(".notices")).to_contain_text("It is yours.")


def test_a_session_that_has_ended_says_so_and_keeps_what_was_typed(desk: Desk, no_faults) -> None:
    no_faults("400")
    case = desk.hear("@NimbusAir my bag is lost")
    page = desk.look()
    page.clock.install()
    desk.sign_in(place=f"#/cases/{case}", page=page)
    page.get_by_role("button", name="Note").click()
    page.get_by_label("Note", exact=True).fill("Called her: the bag is in Lisbon.")
    page.route("**/oauth2/token", lambda route: route.fulfill(status=400, body=json.dumps({"error": "invalid_grant"})))
    page.clock.fast_forward("01:01:00")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Your sign-in has ended")
    expect(page.get_by_label("Note", exact=True)).to_have_value("Called her: the bag is in Lisbon.")


def test_who_is_in_no_group_is_told_whom_to_ask(desk: Desk, no_faults) -> None:
    page = desk.sign_in(NEW)
    expect(page.get_by_text("You have no role here yet")).to_be_visible()
    expect(page.locator(".rows")).to_have_count(0)
