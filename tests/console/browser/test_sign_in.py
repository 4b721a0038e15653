"""Sign-in and sessions: the code is bound to the tab, tokens are kept in memory only."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from infra.local.browser.chromium import sign_in
from tests.console.browser.conftest import LEO, NEW, PASSWORD, Deployment


def stored(page: Page) -> dict[str, Any]:
    """Everything that another script of this origin could read."""
    return page.evaluate(
        "({session: {...sessionStorage}, local: {...localStorage}, cookie: document.cookie, address: location.href})"
    )


def test_the_root_address_leads_through_sign_in_to_the_inbox(deployment: Deployment, no_browser_errors) -> None:
    page = deployment.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, deployment.running.cloud.api_url + "/", LEO, PASSWORD)
    expect(page.locator(".user-name")).to_contain_text(LEO)
    expect(page.locator(".user-name")).to_contain_text("agent")

    authorize = next(parse_qs(urlsplit(url).query) for url in asked if "/oauth2/authorize" in url)
    assert authorize["code_challenge_method"] == ["S256"]
    assert authorize["response_type"] == ["code"]
    kept = stored(page)
    assert (kept["session"], kept["local"], kept["cookie"]) == ({}, {}, "")
    assert "code=" not in kept["address"]
    assert "state=" not in kept["address"]
    # No address contains a token, and no other host is asked.
    assert not [url for url in asked if "eyJ" in url]
    assert {urlsplit(url).hostname for url in asked if url.startswith("http")} == {"127.0.0.1"}


def test_a_reload_needs_no_password_and_keeps_the_view(deployment: Deployment, no_browser_errors) -> None:
    case = deployment.receive("@NimbusAir my bag is lost")
    page = deployment.sign_in(place=f"#/cases/{case}", page=deployment.new_page())
    expect(page.get_by_role("heading", level=1)).to_contain_text("Customer 1")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Customer 1")
    assert page.url.endswith(f"#/cases/{case}")


def test_a_code_that_this_tab_did_not_request_is_ignored(deployment: Deployment, no_browser_errors) -> None:
    page = deployment.new_page()
    exchanged: list[str] = []
    page.on("request", lambda request: exchanged.append(request.url) if "/oauth2/token" in request.url else None)
    page.goto(f"{deployment.url}?code=stolen&state=foreign")
    expect(page.get_by_label("Password")).to_be_visible()
    assert exchanged == []


def test_signing_out_ends_the_session_at_cognito_too(deployment: Deployment, no_browser_errors) -> None:
    page = deployment.sign_in(page=deployment.new_page())
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.goto(deployment.url)
    expect(page.get_by_label("Password")).to_be_visible()


def test_tokens_are_renewed_before_they_expire_and_keep_the_role(deployment: Deployment, no_browser_errors) -> None:
    deployment.receive("@NimbusAir my bag is lost")
    page = deployment.new_page()
    page.clock.install()
    deployment.sign_in(page=page)
    expect(page.locator(".row")).to_have_count(1)
    with page.expect_request("**/oauth2/token") as renewal:
        page.clock.fast_forward("59:30")
        page.locator(".row .open").click()
    assert parse_qs(renewal.value.post_data)["grant_type"] == ["refresh_token"]
    expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator(".notices")).to_contain_text("Acknowledged. The case is yours.")


def test_an_expired_session_is_reported_and_keeps_what_was_typed(deployment: Deployment, no_browser_errors) -> None:
    no_browser_errors("400")
    case = deployment.receive("@NimbusAir my bag is lost")
    page = deployment.new_page()
    page.clock.install()
    deployment.sign_in(place=f"#/cases/{case}", page=page)
    page.get_by_role("button", name="Add note").click()
    page.get_by_label("Note", exact=True).fill("Called her: the bag is in Lisbon.")
    page.route("**/oauth2/token", lambda route: route.fulfill(status=400, body=json.dumps({"error": "invalid_grant"})))
    page.clock.fast_forward("01:01:00")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Your session has expired")
    expect(page.get_by_label("Note", exact=True)).to_have_value("Called her: the bag is in Lisbon.")


def test_a_user_without_a_role_is_told_whom_to_ask(deployment: Deployment, no_browser_errors) -> None:
    page = deployment.sign_in(NEW)
    expect(page.get_by_text("You do not have a role yet")).to_be_visible()
    expect(page.locator(".rows")).to_have_count(0)
