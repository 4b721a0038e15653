"""The inbox: order, content, refresh, filters, keyboard."""

import json
import re
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from earshot.mentions.mention import Author
from earshot.mentions.source_state import SourceStatus
from earshot.plain_text import without_halves
from earshot.triage.judgement import Intent
from tests.console.browser.conftest import LEO, MIA, VIC, Deployment
from tests.fakes import a_judgement
from tests.hostile.posts import by_hand


def names(page: Page) -> list[str]:
    return page.locator(".row .byline b").all_inner_texts()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.closest('.row')?.dataset.id ?? document.activeElement.name ?? ''")


def refresh(page: Page) -> None:
    """What the page does every ten seconds and whenever it becomes visible."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_most_urgent_case_comes_first_with_its_key_facts(deployment: Deployment, no_browser_errors) -> None:
    deployment.receive("@NimbusAir thanks!", a_judgement(Intent.PRAISE, 10))
    jane = Author("7", "jane_flies", "Jane Doe", followers=2310, verified=True)
    deployment.receive(
        "@NimbusAir my bag\nis <b>lost</b> &amp; gone",
        a_judgement(urgency=99),
        author=jane,
        link="https://x.com/jane_flies/status/2",
    )
    deployment.receive("@NimbusAir when do you open?", a_judgement(Intent.QUESTION, 40))
    page = deployment.sign_in()
    expect(page.locator(".row")).to_have_count(3)
    assert names(page) == ["Jane Doe", "Customer 3", "Customer 1"]

    first = page.locator(".row").first
    for text in ("Critical", "Complaint", "@jane_flies", "2.3k followers", "verified", "Not acknowledged", "+99"):
        expect(first).to_contain_text(text)
    # The text is exactly the customer's, and none of it becomes markup.
    assert (
        first.locator(".post-text").evaluate("one => one.textContent") == "@NimbusAir my bag\nis <b>lost</b> &amp; gone"
    )
    assert first.locator(".when").get_attribute("href") == "https://x.com/jane_flies/status/2"
    expect(first.locator(".clock")).to_have_text(re.compile(r"^(9:\d\d|10 min) left$"))
    expect(page.locator(".case-count")).to_have_text("3 cases")
    # One of them is urgent.
    expect(page).to_have_title("(1) Inbox · Earshot")


def test_the_countdown_counts_and_turns_overdue(deployment: Deployment, no_browser_errors) -> None:
    deployment.receive("@NimbusAir my bag is lost", a_judgement(urgency=90), minutes_ago=14)
    page = deployment.new_page()
    page.clock.install(time=datetime.now(UTC))
    deployment.sign_in(page=page)
    clock = page.locator(".row .clock")
    expect(clock).to_have_text(re.compile(r"^0:\d\d left$"))
    page.clock.run_for(90_000)
    expect(clock).to_have_text(re.compile(r"^[01]:\d\d overdue$"))
    assert clock.get_attribute("data-state") == "overdue"


def test_a_new_case_appears_and_is_announced_to_screen_readers(deployment: Deployment, no_browser_errors) -> None:
    first = deployment.receive("@NimbusAir my bag is lost")
    page = deployment.sign_in()
    expect(page.locator(".row")).to_have_count(1)
    page.locator(".row .open").focus()
    deployment.receive("@NimbusAir there is smoke in the cabin", a_judgement(urgency=100))
    refresh(page)
    expect(page.locator(".row")).to_have_count(2)
    assert names(page) == ["Customer 2", "Customer 1"]
    assert focused(page) == first, "the focus stays where it was"
    expect(page.locator("#announcement")).to_have_text("New case: critical complaint from Customer 2")


def test_a_case_acknowledged_by_a_colleague_leaves_the_list(deployment: Deployment, no_browser_errors) -> None:
    taken = deployment.receive("@NimbusAir my bag is lost")
    deployment.receive("@NimbusAir where is my refund?")
    mia, leo = deployment.sign_in(MIA), deployment.sign_in(LEO)
    expect(leo.locator(".row")).to_have_count(2)
    mia.locator(f'[data-id="{taken}"]').get_by_role("button", name="Acknowledge").click()
    expect(mia.locator(".row")).to_have_count(1)
    refresh(leo)
    expect(leo.locator(".row")).to_have_count(1)
    leo.get_by_text("Acknowledged", exact=True).click()
    expect(leo.locator(".row")).to_contain_text(f"Acknowledged by {MIA}")


def test_the_second_to_acknowledge_is_told_who_was_first(deployment: Deployment, no_browser_errors) -> None:
    no_browser_errors("412")  # with who holds it, as a 409 has it
    case = deployment.receive("@NimbusAir my bag is lost")
    mia, leo = deployment.sign_in(MIA), deployment.sign_in(LEO)
    for page in (mia, leo):
        expect(page.locator(".row")).to_have_count(1)
        page.locator(".row .open").focus()
    mia.keyboard.press("a")
    expect(mia.locator(".notices")).to_contain_text("Acknowledged. The case is yours.")
    leo.keyboard.press("a")
    expect(leo.locator(".notices")).to_contain_text(f"{MIA} acknowledged this case at ")
    expect(leo.locator(".row")).to_have_count(0)
    assert deployment.running.case(case).acknowledgement.by == MIA


def test_shortcuts_work_as_in_a_mail_client(deployment: Deployment, no_browser_errors) -> None:
    first, second, last = (
        deployment.receive("@NimbusAir my bag is lost", a_judgement(urgency=urgency)) for urgency in (90, 80, 70)
    )
    page = deployment.sign_in(page=deployment.new_page())
    expect(page.locator(".row")).to_have_count(3)
    walked = []
    for key in "jjjjk":
        page.keyboard.press(key)
        walked.append(focused(page))
    assert walked == [first, second, last, last, second]
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Customer 2")
    page.keyboard.press("u")
    expect(page.locator(".row")).to_have_count(3)
    page.keyboard.press("/")
    assert focused(page) == "find"
    page.keyboard.type("ja?")  # typed, not acted on
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.get_by_label("Turn off keyboard shortcuts in this browser").check()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_r_opens_the_post_on_the_network(deployment: Deployment, no_browser_errors) -> None:
    deployment.receive("@NimbusAir my bag is lost", link="https://x.com/customer1/status/1")
    page = deployment.sign_in()
    page.context.route("https://x.com/**", lambda route: route.fulfill(body="the post"))
    page.locator(".row .open").focus()
    with page.context.expect_page() as opened:
        page.keyboard.press("r")
    assert opened.value.url == "https://x.com/customer1/status/1"


def test_a_long_list_has_pages_and_whoever_comes_back_finds_their_place(
    deployment: Deployment, no_browser_errors
) -> None:
    for number in range(60):
        deployment.receive(f"@NimbusAir bag {number} is lost", a_judgement(urgency=30 + number))
    page = deployment.home_page()
    page.set_viewport_size({"width": 1280, "height": 500})
    deployment.sign_in(page=page)
    expect(page.locator(".row")).to_have_count(50)
    expect(page.locator(".case-count")).to_have_text(re.compile("^60 cases.*, 1 to 50 shown$"))
    shown = [int(text.split()[2]) for text in page.locator(".row .post-text").all_text_contents()]
    assert shown == list(range(59, 9, -1))
    # Over the edge of the page by keyboard.
    page.locator(".row .open").last.focus()
    page.keyboard.press("j")
    expect(page.locator(".case-count")).to_contain_text("51 to 60 shown")
    page.keyboard.press("j")
    opened = focused(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
    # Meanwhile a colleague takes it: the same place is there again, and fresh.
    deployment.take(opened, LEO)
    page.keyboard.press("u")
    expect(page.locator(".row")).to_have_count(9)
    expect(page.locator(".case-count")).to_contain_text("51 to 59 shown")


def test_filters_narrow_the_list_and_can_be_cleared(deployment: Deployment, no_browser_errors) -> None:
    deployment.receive("@NimbusAir my bag is lost", a_judgement(urgency=90))
    deployment.receive("@NimbusAir where is my refund?", a_judgement(urgency=40))
    page = deployment.sign_in()
    expect(page.locator(".row")).to_have_count(2)
    page.get_by_label("Severity").select_option("critical")
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_label("Severity").select_option("low")
    expect(page.get_by_text("No cases match these filters")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator(".row")).to_have_count(2)


def test_on_every_page_it_is_said_that_earshot_is_deaf_and_no_one_waits_only_when_it_is_not(
    deployment: Deployment, no_browser_errors
) -> None:
    deployment.end_fetch(SourceStatus.UNAUTHORISED, "X refuses the bearer token.")
    page = deployment.sign_in()
    strip = page.locator(".hearing")
    expect(strip).to_contain_text("Earshot does not hear X: mentions of @NimbusAir")
    for text in ("Last heard at ", "X refuses the bearer token.", "What to do: Put a valid bearer token"):
        expect(strip).to_contain_text(text)
    expect(page.get_by_text("No open cases, but Earshot does not hear everything")).to_be_visible()
    assert page.get_by_text("No one is waiting").count() == 0
    for place in ("Praise", "Incidents", "Report"):
        page.get_by_role("link", name=place).click()
        expect(page.locator("main h1").first).to_be_attached()
        expect(strip).to_be_visible()
    page.get_by_role("link", name="Inbox").click()
    deployment.end_fetch()
    refresh(page)
    expect(strip).to_be_hidden()
    expect(page.get_by_text("No one is waiting")).to_be_visible()


def test_it_is_said_when_it_is_not_known_whether_earshot_hears(deployment: Deployment, no_browser_errors) -> None:
    no_browser_errors("Failed to load resource")
    page = deployment.home_page()
    page.route("**/health", lambda route: route.abort())
    deployment.sign_in(page=page)
    expect(page.locator(".hearing")).to_contain_text("It is not known whether Earshot hears its sources")
    expect(page.get_by_text("No open cases", exact=True)).to_be_visible()


def test_an_empty_inbox_says_that_no_one_is_waiting(deployment: Deployment, no_browser_errors) -> None:
    page = deployment.sign_in()
    expect(page.get_by_text("No one is waiting")).to_be_visible()


def test_an_unreachable_api_is_reported_with_a_retry_button(deployment: Deployment, no_browser_errors) -> None:
    no_browser_errors("Failed to load resource")
    deployment.receive("@NimbusAir my bag is lost")
    page = deployment.home_page()
    page.route("**/inbox?*", lambda route: route.abort())
    deployment.sign_in(page=page)
    expect(page.get_by_role("alert")).to_contain_text("Earshot cannot be reached")
    page.unroute("**/inbox?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".row")).to_have_count(1)
    # What is shown stays, with a warning that it is not up to date.
    page.route("**/inbox?*", lambda route: route.fulfill(status=500, body=json.dumps({"message": "Internal error"})))
    refresh(page)
    expect(page.locator(".stale")).to_contain_text("Not up to date")
    expect(page.locator(".row")).to_have_count(1)


def test_a_viewer_sees_no_actions(deployment: Deployment, no_browser_errors) -> None:
    case = deployment.receive("@NimbusAir my bag is lost")
    page = deployment.sign_in(VIC)
    row = page.locator(".row")
    expect(row).to_have_count(1)
    expect(row.get_by_role("button")).to_have_count(0)
    page.locator(".row .open").focus()
    page.keyboard.press("a")
    page.goto(f"{deployment.url}#/cases/{case}")
    expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
    expect(page.locator("main").get_by_role("button")).to_have_count(0)
    assert deployment.running.case(case).acknowledgement.by is None


def test_hostile_names_and_posts_stay_text_on_their_own_lines(deployment: Deployment, no_browser_errors) -> None:
    hostile = [words for words in by_hand() if words == without_halves(words)]
    for words in hostile[:: len(hostile) // 10]:
        author = Author(str(len(words)), "jane\u202e", f"\u202e{words}\nAct: https://evil.test/a", followers=5_000)
        deployment.receive(f"@NimbusAir {words}", a_judgement(urgency=99), author=author)
    page = deployment.sign_in()
    expect(page.locator(".row").first).to_be_visible()
    for name in page.locator(".byline").all_inner_texts():
        assert "\u202e" not in name
    for text in page.locator(".post-text").all():
        assert text.evaluate("one => one.childElementCount") == 0
