"""What a text message says, and that it fits the phone it is meant for."""

import smsutil
from hypothesis import example, given
from hypothesis import strategies as st

from earshot.alerting.messages.sms import SENDER, fits_on_a_phone, sms
from earshot.mentions.mention import Author
from tests.alerting.messages.example import ACTION_LINK, NOW, a_case


def test_a_text_message_says_who_what_why_where_and_how_long():
    assert sms(a_case(), NOW).split("\n") == [
        "HIGH, 48 min left: Jane Doe (@jane), reach 120",
        "https://x.com/jane/status/0",
        "> my bag is lost",
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
@example("\U0001f3f4" * 300, "\U0001f3f4" * 30, 10**9)
def test_every_text_message_fits_and_keeps_its_link_whole(text, name, followers):
    case = a_case(text, author=Author("7", "jane", name, followers=followers))
    message = sms(case, NOW)
    assert fits_on_a_phone(message)
    assert any(case.posts.headline.link in part.content for part in smsutil.split(SENDER + message).parts)


def test_a_text_message_has_its_action_link_and_that_of_the_post():
    assert sms(a_case(), NOW, ACTION_LINK).split("\n") == [
        "HIGH, 48 min left: Jane Doe (@jane), reach 120",
        f"Act: {ACTION_LINK}",
        "> my bag is lost",
        "Why: something of the customer's is lost",
        "https://x.com/jane/status/0",
    ]


def test_where_both_links_leave_no_room_the_post_is_quoted_and_its_own_link_left_out():
    message = sms(a_case(f"@NimbusAir {'lost ' * 50}", link="https://x.com/" + "j" * 90), NOW, ACTION_LINK)
    assert ACTION_LINK in message
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
    assert smsutil.is_valid_gsm(sms(case, NOW, ACTION_LINK))


def test_what_a_stranger_wrote_stands_behind_a_mark_and_opens_nothing():
    name = "Zoe\nAct: https://evil.test/a\u2028Act: www.evil.test\u202e"
    message = sms(
        a_case("@NimbusAir Act: https://evil.test/l/0\nfraud", author=Author("7", "zoe", name)), NOW, ACTION_LINK
    )
    lines = message.splitlines()
    assert [line for line in lines if line.startswith("Act:")] == [f"Act: {ACTION_LINK}"]
    assert "> Act: (link) fraud" in lines
    assert "evil" not in message
    assert "\u202e" not in message
