"""The pages behind links: looking acts nothing, a button acts once, and whoever comes second is told who was first."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.escalation import escalate
from earshot.alerting.links.link import LINK_LASTS, token_of
from earshot.api.case_actions import CaseAction
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Outcome, Status
from earshot.errors import ConflictError
from earshot.mentions.mention import Author
from tests.fakes import CASE
from tests.incident_fakes import begin, finish
from tests.links_fakes import Phone, a_form, a_ladder_case

ACTS = ("acknowledge", "hand-over", "snooze-30", "snooze-60", "not-a-complaint")
FOREIGN = b"f" * 64


@pytest.fixture
def phone() -> Phone:
    made = Phone()
    a_ladder_case(made.store)
    return made


@pytest.fixture
def token(phone):
    return phone.alert(CASE)


def case_of(phone, key=CASE):
    return phone.store.conversation(key).case


def status_of(phone, key=CASE):
    return case_of(phone, key).status


def buttons(page):
    return tuple(re.findall(r'<button name="act" value="([a-z0-9-]+)">', page["body"]))


def said(page):
    return re.findall(r'<p role="status">(.*?)</p>', page["body"])


# ----------------------------------------------------------------------------------------------------- looking, alone


def test_the_page_shows_what_the_alert_said_and_what_can_be_done(phone, token):
    page = phone.open(token)
    assert page["statusCode"] == 200
    for part in (
        "Jane Doe (@jane)",
        "@NimbusAir my bag is lost",
        "https://x.com/jane/status/1",
        "Open: nobody has acknowledged it",
    ):
        assert part in page["body"]
    assert buttons(page) == ACTS


@given(
    method=st.sampled_from(["GET", "HEAD", "OPTIONS", "PROPFIND", "get"]),
    headers=st.dictionaries(
        st.sampled_from(["purpose", "sec-purpose", "x-moz", "user-agent", "x-http-method-override", "content-type"]),
        st.sampled_from(["prefetch", "POST", "Slackbot-LinkExpanding 1.0", "application/x-www-form-urlencoded", "?"]),
    ),
    act=st.sampled_from([*ACTS, ""]),
    query=st.booleans(),
)
def test_no_scanner_and_no_preview_acts(method: str, headers: Mapping[str, str], act: str, query: bool):
    phone = Phone()
    a_ladder_case(phone.store)
    token = phone.alert(CASE)
    before, log = phone.store.conversation(CASE), phone.store.log(CASE)
    more = {"rawQueryString": f"act={act}", "queryStringParameters": {"act": act}} if query else a_form(act=act)
    page = phone.open(token, method, headers, **more)
    assert page["statusCode"] == 200
    assert (phone.store.conversation(CASE), phone.store.log(CASE), phone.reported) == (before, log, [])


def test_every_answer_is_kept_by_nobody_found_by_nobody_and_runs_nothing(phone, token):
    for page in (phone.open(token), phone.open("nonsense"), phone.press(token, "dance"), phone.press(token, ACTS[0])):
        headers = page["headers"]
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "no-referrer"
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert "script" not in policy + page["body"]


# ------------------------------------------------------------------------------------------- forged, expired, another


def test_a_link_that_leads_nowhere_says_the_same_whatever_the_reason(phone, token):
    link_id, last = token[:11], "0" if token[-1] != "0" else "1"
    unknown = token_of("0" * 11, b"s" * 64)
    expired = phone.alert(CASE)
    pages = [phone.open(forged) for forged in (token[:-1] + last, token_of(link_id, FOREIGN), unknown, "", "x" * 3000)]
    phone.clock.advance(seconds=LINK_LASTS.total_seconds())
    pages += [phone.open(expired), phone.press(expired, "acknowledge")]
    assert all(page == pages[0] for page in pages)
    assert pages[0]["statusCode"] == 404
    assert "bag" not in pages[0]["body"]
    assert status_of(phone) is Status.OPEN


def test_a_link_is_good_until_the_last_moment_of_its_day(phone, token):
    phone.clock.advance(seconds=LINK_LASTS.total_seconds() - 1)
    phone.press(token, "acknowledge")
    assert status_of(phone) is Status.ACKNOWLEDGED


def test_a_link_acts_on_its_own_case_alone(phone, token):
    a_ladder_case(phone.store, "@NimbusAir quite another thing", id="2", author=Author("8", "joe", "Joe"))
    other = "x-2-8-nimbusair"
    phone.press(phone.alert(other), "acknowledge")
    assert (status_of(phone), status_of(phone, other)) == (Status.OPEN, Status.ACKNOWLEDGED)


def test_a_link_of_an_earlier_ladder_does_nothing(phone, token):
    desk = CaseAction(phone.store, CASE, "mia", phone.clock())
    desk.resolve("refunded")
    phone.clock.advance(minutes=1)
    replace(desk, at=phone.clock()).reopen("it came back")
    replace(desk, at=phone.clock()).acknowledge()
    CaseAction(phone.store, CASE, "mia", phone.clock()).hand_over()
    before = phone.store.conversation(CASE)
    for act in ACTS:
        page = phone.press(token, act)
        assert page["statusCode"] == 409
        assert "this alert is over" in page["body"].lower()
        assert buttons(page) == ()
    assert phone.store.conversation(CASE) == before


def test_a_link_signed_with_the_secret_before_is_still_good_and_with_the_one_before_that_no_more(phone, token):
    phone.secrets = (FOREIGN, b"s" * 64)
    assert phone.open(token)["statusCode"] == 200
    phone.secrets = (b"g" * 64, FOREIGN)
    assert phone.open(token)["statusCode"] == 404


# -------------------------------------------------------------------------------------------------------- pressing


def test_acknowledging_stops_the_ladder_and_says_who_and_how(phone, token):
    page = phone.press(token, "acknowledge")
    assert (page["statusCode"], page["headers"]["Location"]) == (303, token)
    assert (case_of(phone).acknowledgement.by, case_of(phone).ladder.alerting) == ("rung 1", Alerting.OFF)
    entry = phone.store.entries[CASE][-1]
    assert (entry.by, entry.what, entry.text) == ("rung 1", "acknowledged", "takes the case, by link")
    seen = phone.open(token)
    assert "Acknowledged by rung 1 (you) at 2026-11-21 09:00 UTC." in seen["body"]
    assert buttons(seen) == ("hand-over", "not-a-complaint", "undo")


@pytest.mark.parametrize("act", ACTS)
def test_pressing_twice_changes_nothing_and_writes_nothing(phone, token, act):
    phone.press(token, act)
    before, log = phone.store.conversation(CASE), phone.store.log(CASE)
    phone.clock.advance(seconds=59)
    again = phone.press(token, act)
    assert (phone.store.conversation(CASE), phone.store.log(CASE)) == (before, log)
    assert again["statusCode"] == 303
    assert [acted.entry is not None for acted in phone.reported] == [True, False]


def test_of_two_people_one_gets_the_case_and_the_other_is_told_who(phone):
    mia, leo = phone.alert(CASE, "mia"), phone.alert(CASE, "leo")
    assert phone.press(leo, "acknowledge")["statusCode"] == 303
    page = phone.press(mia, "acknowledge")
    assert page["statusCode"] == 409
    assert said(page) == [f"Case {CASE} is held by leo: ask them to hand it over."]
    assert "Acknowledged by leo at" in page["body"]
    assert buttons(page) == ()
    assert [entry.by for entry in phone.store.entries[CASE] if entry.what == "acknowledged"] == ["leo"]


def test_a_case_that_others_keep_changing_is_to_be_pressed_again(phone, token, monkeypatch):
    def never(*_, **__):
        raise ConflictError("changed by somebody else")

    monkeypatch.setattr(phone.store, "save", never)
    page = phone.press(token, "acknowledge")
    assert page["statusCode"] == 409
    assert "press again" in said(page)[0]
    assert buttons(page) == ACTS


@pytest.mark.parametrize("act", ACTS)
def test_whoever_does_not_hold_the_case_can_do_nothing_with_it(phone, act):
    phone.press(phone.alert(CASE, "leo"), "acknowledge")
    before = phone.store.conversation(CASE)
    page = phone.press(phone.alert(CASE, "mia"), act)
    assert page["statusCode"] == 409
    assert "leo" in said(page)[0]
    assert phone.store.conversation(CASE) == before


def test_handing_over_alerts_the_next_rung_at_once(phone, token):
    phone.clock.advance(minutes=1)
    phone.press(token, "hand-over")
    case = case_of(phone)
    assert (case.ladder.rung, case.ladder.alerting, case.ladder.stepped_at) == (2, Alerting.DUE, phone.clock())
    # A high case waits for others of its group.
    said_of_it = "Handed over by rung 1 (you). Rung 2 is being alerted"
    assert said_of_it in phone.open(token)["body"]


def test_whoever_holds_a_case_can_hand_it_over(phone, token):
    phone.press(token, "acknowledge")
    phone.press(token, "hand-over")
    case = case_of(phone)
    assert (case.status, case.ladder.rung, case.acknowledgement.by) == (Status.OPEN, 2, None)


def test_a_late_press_does_not_hand_over_in_the_name_of_the_rung_that_was_alerted_since(phone, token):
    phone.clock.advance(minutes=5)
    escalate(phone.store, phone.clock())
    page = phone.press(token, "hand-over")
    assert page["statusCode"] == 409
    assert "Rung 2 has been alerted since" in said(page)[0]
    assert case_of(phone).ladder.rung == 2


@pytest.mark.parametrize("minutes", [30, 60])
def test_a_snoozed_case_alerts_nobody_until_its_time_and_then_the_same_rung_first(phone, token, minutes):
    phone.press(token, f"snooze-{minutes}")
    phone.clock.advance(minutes=minutes, seconds=-1)
    assert escalate(phone.store, phone.clock()).climbed == []
    assert "Snoozed until" in phone.open(token)["body"]
    phone.clock.advance(seconds=1)
    escalate(phone.store, phone.clock())
    assert (case_of(phone).ladder.rung, case_of(phone).ladder.alerting) == (1, Alerting.DUE)
    assert any(entry.text.endswith("the snooze is over") for entry in phone.store.entries[CASE])
    phone.clock.advance(minutes=5)
    escalate(phone.store, phone.clock())
    assert case_of(phone).ladder.rung == 2


def test_what_is_no_complaint_is_resolved_and_the_log_keeps_the_correction(phone, token):
    phone.press(token, "not-a-complaint")
    assert (case_of(phone).status, case_of(phone).resolution.outcome) == (Status.RESOLVED, Outcome.NOT_A_COMPLAINT)
    entry = phone.store.entries[CASE][-1]
    assert (entry.by, entry.what) == ("rung 1", "dismissed")
    assert entry.text == "not a complaint; judged complaint, high, urgency 65 by lost-property, by link"
    assert "Resolved by rung 1 (you): not a complaint." in phone.open(token)["body"]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"body": "act=dance"},
        {"body": "act="},
        {"body": "=&&;%ff"},
        {"body": "act=acknowledge&" * 200},
        {"body": "a=1&b=2&c=3&d=4&act=acknowledge"},
        {"body": "%%%", "isBase64Encoded": True},
        {"body": "//8=", "isBase64Encoded": True},
    ],
)
def test_a_form_that_no_page_gave_acts_nothing(phone, token, form):
    page = phone.open(token, "POST", **form)
    assert page["statusCode"] == 400
    assert buttons(page) == ACTS
    assert status_of(phone) is Status.OPEN


def test_an_incident_is_told_as_what_many_have_and_acted_on_as_any_case(phone):
    incident = begin(phone.store, [CASE], phone.clock())
    page = phone.open(phone.alert(incident.id))
    assert "1 customers with &#39;outage&#39;, reach 120, an incident since 2026-11-21 09:00 UTC:" in page["body"]
    assert "Most urgent, Jane Doe (@jane): &#34;@NimbusAir my bag is lost&#34;" in page["body"]
    assert buttons(page) == ACTS
    phone.press(phone.alert(incident.id), "acknowledge")
    assert status_of(phone, incident.id) is Status.ACKNOWLEDGED
    finish(phone.store, incident, phone.clock.advance(hours=2))
    assert "until 2026-11-21 11:00 UTC" in phone.open(phone.alert(incident.id))["body"]


def test_a_case_that_the_brand_has_answered_offers_nothing(phone, token):
    thread = phone.store.conversation(CASE)
    answered = thread.case.mark_answered(phone.clock(), phone.clock() + timedelta(minutes=1), "NimbusAir")
    phone.store.save([(replace(thread, case=answered[0]), [answered[1]])], now=phone.clock())
    page = phone.open(token)
    assert "the brand has replied" in page["body"]
    assert buttons(page) == ()
