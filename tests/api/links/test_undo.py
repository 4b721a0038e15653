"""Undo on the page behind a link: whoever pressed the button takes it back, and nobody else."""

import pytest

from earshot.cases.case.status import Status
from earshot.mentions.mention import Author
from tests.api.links.test_app import ACTS, buttons, case_of, said, status_of
from tests.fakes import CASE
from tests.links_fakes import Phone, a_ladder_case


@pytest.fixture
def phone() -> Phone:
    made = Phone()
    a_ladder_case(made.store)
    return made


@pytest.fixture
def token(phone):
    return phone.alert(CASE)


@pytest.mark.parametrize("act", ACTS)
def test_what_was_pressed_by_mistake_is_undone_by_whoever_pressed_it(phone, token, act):
    before = case_of(phone)
    phone.press(token, act)
    seen = phone.open(token)
    assert buttons(seen)[-1] == "undo"
    other = phone.alert(CASE, "leo")
    assert "undo" not in buttons(phone.open(other))
    refused = phone.press(other, "undo")
    assert (refused["statusCode"], "It was rung 1 who" in said(refused)[0]) == (409, True)
    phone.clock.advance(seconds=40)
    assert phone.press(token, "undo")["statusCode"] == 303
    after = case_of(phone)
    assert (after.status, after.acknowledgement, after.resolution) == (
        before.status,
        before.acknowledgement,
        before.resolution,
    )
    assert (after.ladder.alerting, after.ladder.steps[-5:]) == (before.ladder.alerting, before.ladder.steps[-5:])
    assert [(entry.by, entry.what) for entry in phone.store.entries[CASE]][-1] == ("rung 1", "undone")
    assert phone.store.entries[CASE][-1].text.endswith("UTC, by link")
    assert phone.press(token, "undo")["statusCode"] == 303, "a second press changes nothing"
    assert phone.store.log(CASE).count("undone") == 1


def test_after_a_quarter_of_an_hour_nothing_is_undone(phone, token):
    phone.press(token, "not-a-complaint")
    phone.clock.advance(minutes=15, seconds=1)
    assert buttons(phone.open(token)) == ()
    assert "more than 15 min ago" in said(phone.press(token, "undo"))[0]


def test_undoing_an_acknowledgement_gives_back_every_case_of_the_alert(phone):
    a_ladder_case(phone.store, "@NimbusAir quite another thing", id="2", author=Author("8", "joe", "Joe"))
    other = "x-2-8-nimbusair"
    token = phone.alert(CASE, others=(other,))
    phone.press(token, "acknowledge")
    assert (status_of(phone), status_of(phone, other)) == (Status.ACKNOWLEDGED, Status.ACKNOWLEDGED)
    phone.press(token, "undo")
    assert (status_of(phone), status_of(phone, other)) == (Status.OPEN, Status.OPEN)
