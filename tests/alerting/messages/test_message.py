"""What an alert says, and that it fits the phone it is meant for."""

from datetime import timedelta

import pytest
import smsutil
from hypothesis import example, given
from hypothesis import strategies as st

from earshot.alerting.messages.message import SENDER, email, email_subject, fits_on_a_phone, reach, sms, time_left
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import FoldRules, fold
from earshot.cases.policy.policy import Policy
from earshot.mentions.mention import Author
from tests.fakes import BRANDS, START, a_judgement, a_mention

NOW = START + timedelta(minutes=12)


def a_case(text="@NimbusAir my bag is lost", **changes):
    mention = a_mention("0", text, **changes)
    return fold(
        Conversation("x#1"), mention, a_judgement(), now=NOW, rules=FoldRules(BRANDS, policy=Policy(ladders={}))
    ).conversation.case


def test_a_text_message_says_who_what_why_where_and_how_long():
    assert sms(a_case(), NOW).split("\n") == [
        "HIGH, 48 min left: Jane Doe (@jane), 120 listening",
        "https://x.com/jane/status/0",
        "my bag is lost",
        "Why: something of the customer's is lost",
    ]


def test_typographic_characters_do_not_halve_the_room():
    message = sms(a_case("“Never again” – they lost it… 😡"), NOW)
    assert smsutil.is_valid_gsm(message)
    assert '"Never again" - they lost it...' in message


def test_a_text_in_another_script_keeps_it():
    assert "荷物が届きません" in sms(a_case("@NimbusAir 荷物が届きません"), NOW)


@given(st.text(max_size=600), st.text(min_size=1, max_size=60), st.integers(0, 10**9))
@example("荷" * 500, "名" * 60, 5)
@example("é€[" * 200, "x" * 60, 10**9)
def test_every_text_message_fits_and_keeps_its_link_whole(text, name, followers):
    case = a_case(text, author=Author("7", "jane", name, followers=followers))
    message = sms(case, NOW)
    assert fits_on_a_phone(message)
    assert any(case.headline.link in part.content for part in smsutil.split(SENDER + message).parts)


@given(st.text(max_size=300), st.text(max_size=200))
def test_every_subject_is_one_short_printable_line(text, name):
    subject = email_subject(a_case(text, author=Author("7", "jane", name, followers=1)), NOW)
    assert 0 < len(subject) < 100
    assert subject.isascii()
    assert subject.isprintable()


def test_a_mail_holds_all_that_is_needed_to_decide():
    mail = email(a_case("@NimbusAir my bag\nis lost"), 2, NOW)
    for part in (
        "Jane Doe (@jane), 120 listening",
        "    @NimbusAir my bag\n    is lost",
        "something of the customer's is lost (+65)",
        "Answer by: 2026-11-21 10:00 UTC (48 min left)",
        "https://x.com/jane/status/0",
        "rung 2",
    ):
        assert part in mail


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "60 min left"), (60, "0 min left"), (61, "late by 1 min"), (60 * 30, "late by 29 h")]
)
def test_the_clock_is_told_as_a_person_would(minutes, said):
    assert time_left(a_case(), START + timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(("followers", "said"), [(0, "0"), (950, "950"), (12_400, "12.4k"), (3_000_000, "3M")])
def test_reach_is_told_as_a_person_would(followers, said):
    assert reach(followers) == said


# ------------------------------------------------------------------------------------------- with a link to act by

ACT = "https://abc123defg.execute-api.eu-west-1.amazonaws.com/l/0123456789abcdefghijkl"


def test_a_text_message_has_the_link_to_act_by_beside_that_of_the_post():
    assert sms(a_case(), NOW, ACT).split("\n") == [
        "HIGH, 48 min left: Jane Doe (@jane), 120 listening",
        f"Act: {ACT}",
        "my bag is lost",
        "Why: something of the customer's is lost",
        "https://x.com/jane/status/0",
    ]


def test_where_both_links_leave_no_room_the_post_is_quoted_and_its_own_link_left_out():
    message = sms(a_case(f"@NimbusAir {'lost ' * 50}", link="https://x.com/" + "j" * 90), NOW, ACT)
    assert ACT in message
    assert "https://x.com/" not in message
    assert message.count("lost") > 12


@given(
    st.text(max_size=600),
    st.text(min_size=1, max_size=60),
    st.integers(0, 10**9),
    st.integers(1, 100),
    st.sampled_from([None, "https://x.com/jane/status/0", "https://x.com/" + "j" * 140]),
)
@example("荷" * 500, "名" * 60, 5, 46, "https://x.com/jane/status/0")
@example("é€[" * 200, "€" * 60, 10**9, 100, None)
def test_every_text_message_with_a_link_fits_and_keeps_it_whole(text, name, followers, length, link):
    act = f"https://{'e' * length}/l/0123456789abcdefghijkl"
    message = sms(a_case(text, author=Author("7", "jane", name, followers=followers), link=link), NOW, act)
    assert fits_on_a_phone(message)
    assert any(act in part.content for part in smsutil.split(SENDER + message).parts)
    if link and link in message:
        assert any(link in part.content for part in smsutil.split(SENDER + message).parts)


def test_a_text_in_another_script_keeps_it_where_the_address_is_short():
    case = a_case("@NimbusAir 荷物が届きません", author=Author("7", "jane", "名", followers=1))
    assert "荷物が届きません" in sms(case, NOW, "https://e.example/l/0123456789abcdefghijkl")
    assert smsutil.is_valid_gsm(sms(case, NOW, ACT))


def test_a_mail_says_what_the_link_is_for_and_none_where_there_is_none():
    assert f"  {ACT}\n" in email(a_case(), 1, NOW, ACT)
    assert "do not pass it on" in email(a_case(), 1, NOW, ACT)
    assert "/l/" not in email(a_case(), 1, NOW)
