"""What the email of an alert says."""

from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.messages.email import email, email_subject
from earshot.mentions.mention import Author
from tests.alerting.messages.example import ACTION_LINK, NOW, a_case


@given(st.text(max_size=300), st.text(max_size=200))
def test_every_subject_is_one_short_printable_line(text, name):
    subject = email_subject(a_case(text, author=Author("7", "jane", name, followers=1)), NOW)
    assert 0 < len(subject) < 100
    assert subject.isascii()
    assert subject.isprintable()


def test_an_email_has_all_that_is_needed_to_decide():
    mail = email(a_case("@NimbusAir my bag\nis lost"), 2, NOW)
    for part in (
        "Jane Doe (@jane), reach 120",
        "\n> @NimbusAir my bag\n> is lost\n",
        "something of the customer's is lost (+65)",
        "Answer by: 2026-11-21 10:00 UTC (48 min left)",
        "https://x.com/jane/status/0",
        "rung 2",
    ):
        assert part in mail


def test_an_email_explains_its_action_link_if_it_has_one():
    assert f"  {ACTION_LINK}\n" in email(a_case(), 1, NOW, ACTION_LINK)
    assert "do not forward it" in email(a_case(), 1, NOW, ACTION_LINK)
    assert "/l/" not in email(a_case(), 1, NOW)
