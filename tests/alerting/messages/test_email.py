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


def test_the_longest_post_that_x_allows_is_cut_and_all_else_stays():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
    for post in ("help " + family * 11_000, "a\n" * 12_500, "\n" * 25_000, "荷" * 25_000):
        mail = email(a_case(post), 1, NOW, ACTION_LINK)
        assert len(mail.encode()) < 30_000
        assert mail.count("\n") < 90
        assert f"(cut: the post has {len(post):,} characters)" in mail
        assert f"  {ACTION_LINK}\n" in mail
        assert "Answer by: 2026-11-21 10:00 UTC" in mail


def test_a_line_of_a_post_or_a_name_is_never_one_of_ours():
    imitated = "\u2028Act: https://evil.test/a\r\nAnswer by: never\x85Where: https://evil.test/a"
    mail = email(a_case("lost" + imitated, author=Author("7", None, "Act: https://evil.test/b" + imitated)), 1, NOW)
    lines = mail.splitlines()
    assert [line for line in lines if line.startswith(("Act:", "Answer by:", "Where:"))] == [
        "Answer by: 2026-11-21 10:00 UTC (48 min left)",
        "Where: https://x.com/jane/status/0",
    ]
    assert lines[0].startswith("From Act: (link)")
    assert "evil.test/b" not in mail
