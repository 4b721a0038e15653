"""The inbox: who waits, in which order, what is said of them, and how one gets about by keyboard."""

import json
import re
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from tests.console.conftest import LEO, MIA, VIC, Desk
from tests.fakes import a_judgement


def names(page: Page) -> list[str]:
    return page.locator(".row .byline b").all_inner_texts()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.closest('.row')?.dataset.id ?? document.activeElement.name ?? ''")


def refresh(page: Page) -> None:
    """As the page does by itself, every ten seconds and whenever it is looked at again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_most_urgent_stands_first_with_all_that_matters(desk: Desk, no_faults) -> None:
    desk.hear("@NimbusAir thanks!", a_judgement(Intent.PRAISE, 10))
    jane = Author("7", "jane_flies", "Jane Doe", followers=2310, verified=True)
    desk.hear(
        "@NimbusAir my bag\nis <b>lost</b> &amp; gone",
        a_judgement(urgency=99),
        author=jane,
        link="https://x.com/jane_flies/status/2",
    )
    desk.hear("@NimbusAir when do you open?", a_judgement(Intent.QUESTION, 40))
    page = desk.sign_in()
    expect(page.locator(".row")).to_have_count(3)
    assert names(page) == ["Jane Doe", "Customer 3", "Customer 1"]

    first = page.locator(".row").first
    for text in ("Critical", "Complaint", "@jane_flies", "2.3k followers", "verified", "Nobody holds it", "+99"):
        expect(first).to_contain_text(text)
    # The text is the customer's own, to the letter, and nothing in it is markup.
    assert first.locator(".words").evaluate("one => one.textContent") == "@NimbusAir my bag\nis <b>lost</b> &amp; gone"
    assert first.locator(".when").get_attribute("href") == "https://x.com/jane_flies/status/2"
    expect(first.locator(".clock")).to_have_text(re.compile(r"^(9:\d\d|10 min) left$"))
    expect(page.locator(".tally")).to_have_text("3 cases")
    assert page.title() == "(3) Inbox · Earshot"


def test_the_clock_counts_and_says_when_it_is_late(desk: Desk, no_faults) -> None:
    desk.hear("@NimbusAir my bag is lost", a_judgement(urgency=90), minutes_ago=14)
    page = desk.look()
    page.clock.install(time=datetime.now(UTC))
    desk.sign_in(page=page)
    clock = page.locator(".row .clock")
    expect(clock).to_have_text(re.compile(r"^0:\d\d left$"))
    page.clock.run_for(90_000)
    expect(clock).to_have_text(re.compile(r"^[01]:\d\d late$"))
    assert clock.get_attribute("data-state") == "late"


def test_a_new_case_appears_by_itself_and_is_told_to_those_who_listen(desk: Desk, no_faults) -> None:
    desk.hear("@NimbusAir my bag is lost")
    page = desk.sign_in()
    expect(page.locator(".row")).to_have_count(1)
    page.locator(".row .open").focus()
    desk.hear("@NimbusAir there is smoke in the cabin", a_judgement(urgency=100))
    refresh(page)
    expect(page.locator(".row")).to_have_count(2)
    assert names(page) == ["Customer 2", "Customer 1"]
    assert focused(page) == "x-1", "whoever read something stays with it"
    expect(page.locator("#said")).to_have_text("New case: critical complaint from Customer 2")


def test_what_a_colleague_has_taken_leaves_the_list(desk: Desk, no_faults) -> None:
    desk.hear("@NimbusAir my bag is lost")
    desk.hear("@NimbusAir where is my refund?")
    mia, leo = desk.sign_in(MIA), desk.sign_in(LEO)
    expect(leo.locator(".row")).to_have_count(2)
    mia.locator('[data-id="x-1"]').get_by_role("button", name="Acknowledge").click()
    expect(mia.locator(".row")).to_have_count(1)
    refresh(leo)
    expect(leo.locator(".row")).to_have_count(1)
    leo.get_by_text("Held", exact=True).click()
    expect(leo.locator(".row")).to_contain_text(f"Held by {MIA}")


def test_of_two_who_acknowledge_at_once_the_second_sees_who_holds_it(desk: Desk, no_faults) -> None:
    no_faults("412")  # with who holds it, as a 409 has it
    desk.hear("@NimbusAir my bag is lost")
    mia, leo = desk.sign_in(MIA), desk.sign_in(LEO)
    for page in (mia, leo):
        expect(page.locator(".row")).to_have_count(1)
        page.locator(".row .open").focus()
    mia.keyboard.press("a")
    expect(mia.locator(".notices")).to_contain_text("It is yours.")
    leo.keyboard.press("a")
    expect(leo.locator(".notices")).to_contain_text(f"{MIA} holds it, since ")
    expect(leo.locator(".row")).to_have_count(0)
    assert desk.running.case().acknowledged_by == MIA


def test_the_keys_are_those_of_a_mail_client(desk: Desk, no_faults) -> None:
    for urgency in (90, 80, 70):
        desk.hear("@NimbusAir my bag is lost", a_judgement(urgency=urgency))
    page = desk.sign_in(page=desk.look())
    expect(page.locator(".row")).to_have_count(3)
    walked = []
    for key in "jjjjk":
        page.keyboard.press(key)
        walked.append(focused(page))
    assert walked == ["x-1", "x-2", "x-3", "x-3", "x-2"]
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
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.get_by_label("Turn single keys off in this browser").check()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_r_opens_the_post_on_the_network(desk: Desk, no_faults) -> None:
    desk.hear("@NimbusAir my bag is lost", link="https://x.com/customer1/status/1")
    page = desk.sign_in()
    page.context.route("https://x.com/**", lambda route: route.fulfill(body="the post"))
    page.locator(".row .open").focus()
    with page.context.expect_page() as opened:
        page.keyboard.press("r")
    assert opened.value.url == "https://x.com/customer1/status/1"


def test_pages_load_as_one_scrolls(desk: Desk, no_faults) -> None:
    for number in range(60):
        desk.hear(f"@NimbusAir bag {number} is lost", a_judgement(urgency=30 + number))
    page = desk.sign_in(viewport={"width": 1280, "height": 500})
    expect(page.locator(".row")).to_have_count(50)
    expect(page.locator(".tally")).to_contain_text("The first 50 cases")
    page.keyboard.press("End")
    expect(page.locator(".row")).to_have_count(60)
    expect(page.locator(".tally")).to_have_text(re.compile("^60 cases"))
    shown = [int(text.split()[2]) for text in page.locator(".row .words").all_text_contents()]
    assert shown == sorted(shown, reverse=True)


def test_filters_narrow_the_list_and_an_empty_list_offers_the_way_back(desk: Desk, no_faults) -> None:
    desk.hear("@NimbusAir my bag is lost", a_judgement(urgency=90))
    desk.hear("@NimbusAir where is my refund?", a_judgement(urgency=40))
    page = desk.sign_in()
    expect(page.locator(".row")).to_have_count(2)
    page.get_by_label("Severity").select_option("critical")
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_label("Severity").select_option("low")
    expect(page.get_by_text("No case is like that")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    expect(page.locator(".row")).to_have_count(2)


def test_nobody_waiting_is_said_as_what_it_is(desk: Desk, no_faults) -> None:
    page = desk.sign_in()
    expect(page.get_by_text("Nobody is waiting")).to_be_visible()


def test_an_api_that_does_not_answer_is_told_with_a_way_on(desk: Desk, no_faults) -> None:
    no_faults("Failed to load resource")
    desk.hear("@NimbusAir my bag is lost")
    page = desk.look()
    page.route("**/cases?*", lambda route: route.abort())
    desk.sign_in(page=page)
    expect(page.get_by_role("alert")).to_contain_text("The API cannot be reached")
    page.unroute("**/cases?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".row")).to_have_count(1)
    # Once something is shown it stays, and says that it is old.
    page.route("**/cases?*", lambda route: route.fulfill(status=500, body=json.dumps({"message": "Internal error"})))
    refresh(page)
    expect(page.locator(".stale")).to_contain_text("Not up to date")
    expect(page.locator(".row")).to_have_count(1)


def test_who_only_looks_is_offered_nothing_to_press(desk: Desk, no_faults) -> None:
    case = desk.hear("@NimbusAir my bag is lost")
    page = desk.sign_in(VIC)
    row = page.locator(".row")
    expect(row).to_have_count(1)
    expect(row.get_by_role("button")).to_have_count(0)
    page.locator(".row .open").focus()
    page.keyboard.press("a")
    page.goto(f"{desk.url}#/cases/{case}")
    expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
    expect(page.locator("main").get_by_role("button")).to_have_count(0)
    assert desk.running.case().acknowledged_by is None
