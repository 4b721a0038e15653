"""What other systems get: whole, within their limits, and with nothing of a post that could act in their channels."""

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.webhooks.payloads import (
    GAP,
    MAX_SLACK_HEADER,
    MAX_SLACK_SECTION,
    MAX_TEAMS_LINES,
    content_of,
    headers_of,
    slack,
    teams,
    webhook,
)
from earshot.alerting.webhooks.targets import TargetKind, WebhookTarget
from tests.alerting.webhooks.receiver import SECRET, a_publication
from tests.fakes import CASE, START

WEBHOOK, SLACK, TEAMS = (WebhookTarget(kind, "https://example.com/hook", SECRET) for kind in TargetKind)
MAX_TEAMS_BYTES = 28 * 1024
HOSTILE = "<!channel> <@U024BE7LH> <https://evil.example|your bank> & *bold* [click](https://evil.example) @here"
# As long posts can be, and made of what takes the most room: quotes, letters of three bytes, pairs of surrogates.
any_text = st.one_of(st.text(), st.text(st.sampled_from('&<>"\\\n\té字🧳\x00\u202e\ud800 a'), max_size=200)).flatmap(
    lambda text: st.sampled_from([1, 40, 400]).map(lambda times: text * times)
)


def slack_texts(message):
    return [block["text"]["text"] for block in message["blocks"]]


def card_of(message):
    (attachment,) = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    return attachment["content"]


def lines_of(message):
    return ["".join(run["text"] for run in block["inlines"]) for block in card_of(message)["body"]]


def units(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# -------------------------------------------------------------------------------------------------------- webhook


def test_a_webhook_says_all_that_is_known_of_the_alert():
    assert json.loads(content_of(WEBHOOK, a_publication())) == {
        "type": "alert",
        "version": 1,
        "id": a_publication().id,
        "alert": "2026-11-21T09:00:00.000Z#01#email",
        "cases": [CASE],
        "severity": "high",
        "rung": 1,
        "reason": "urgent case",
        "subject": "[high] complaint from Jane: 48 min left",
        "text": "Jane wrote:\n\n    my bag is lost\n\nAnswer by: 10:00 UTC\n",
        "link": "https://x.com/jane/status/1",
        "sent_at": "2026-11-21T09:00:00.000Z",
    }


@given(any_text)
def test_a_webhook_is_signed_as_standard_webhooks_asks_over_the_bytes_that_are_sent(text):
    publication = a_publication(text=text)
    content = content_of(WEBHOOK, publication)
    headers = headers_of(WEBHOOK, publication, content, START)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + content
    expected = hmac.new(base64.b64decode(SECRET.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(expected).decode()
    assert headers["webhook-timestamp"] == str(int(START.timestamp()))


def test_each_attempt_is_signed_anew_under_the_same_id():
    publication, content = a_publication(), content_of(WEBHOOK, a_publication())
    first, second = (
        headers_of(WEBHOOK, publication, content, START + timedelta(seconds=later)) for later in (0.0, 60.7)
    )
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 60
    assert first["webhook-signature"] != second["webhook-signature"]


def test_an_id_is_one_alerts_alone_and_has_no_full_stop_that_could_shift_what_is_signed():
    ids = [
        a_publication().id,
        a_publication(case_ids=("x-2-7-nimbusair",)).id,
        a_publication(name="2026-11-21T09:00:00.000Z#02#email").id,
    ]
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"msg_[0-9a-f]{32}", one) for one in ids)
    assert a_publication(text="another text").id == ids[0]


@pytest.mark.parametrize("target", [SLACK, TEAMS], ids=lambda target: str(target.kind))
def test_what_is_not_signed_carries_no_secret(target):
    headers = headers_of(target, a_publication(), b"{}", START)
    assert set(headers) == {"Content-Type", "User-Agent"}


# ---------------------------------------------------------------------------------------------------------- slack


def test_slack_shows_the_subject_the_text_and_the_link():
    message = slack(a_publication())
    assert message["text"] == "[high] complaint from Jane: 48 min left"
    assert slack_texts(message) == [
        "[high] complaint from Jane: 48 min left",
        "Jane wrote:\n\n    my bag is lost\n\nAnswer by: 10:00 UTC\n",
        "<https://x.com/jane/status/1|Open the post>",
    ]
    assert message["blocks"][0]["text"]["type"] == "plain_text"


def test_a_hostile_post_mentions_nobody_and_links_nowhere_in_slack():
    message = slack(a_publication(subject=HOSTILE, text=HOSTILE, link=None))
    _, section = message["blocks"]
    for text in (message["text"], section["text"]["text"]):
        assert text.startswith("&lt;!channel&gt; &lt;@U024BE7LH&gt; &lt;https://evil.example|your bank&gt; &amp; ")
        assert not set(text) & set("<>")
    # Without it Slack would still turn addresses and @here into links and mentions.
    assert section["text"]["verbatim"] is True


@given(any_text, any_text)
def test_slack_never_gets_more_than_it_takes_nor_half_an_escape(subject, text):
    message = slack(a_publication(subject=subject, text=text))
    header, section, link = slack_texts(message)
    assert 1 <= units(header) <= MAX_SLACK_HEADER
    assert 1 <= units(section) <= MAX_SLACK_SECTION
    assert re.fullmatch(r"(?:[^&<>]|&amp;|&lt;|&gt;)*", section)
    assert link == "<https://x.com/jane/status/1|Open the post>"
    json.loads(content_of(SLACK, a_publication(subject=subject, text=text)))


def test_a_long_post_loses_its_middle_and_never_the_deadline():
    text = f"Jane wrote:\n\n{'lost & lost again ' * 1000}\n\nAnswer by: 10:00 UTC\n"
    section = slack_texts(slack(a_publication(text=text)))[1]
    assert section.startswith("Jane wrote:\n\nlost &amp; lost")
    assert GAP in section
    assert section.endswith("\n\nAnswer by: 10:00 UTC\n")
    assert units(section) > MAX_SLACK_SECTION - 10
    lines = lines_of(teams(a_publication(text=text)))
    assert "Answer by: 10:00 UTC" in lines
    assert GAP.strip() in lines


# ---------------------------------------------------------------------------------------------------------- teams


def test_teams_gets_an_adaptive_card_with_a_button():
    message = teams(a_publication())
    card = card_of(message)
    assert (message["type"], card["type"], card["version"]) == ("message", "AdaptiveCard", "1.4")
    assert lines_of(message) == [
        "[high] complaint from Jane: 48 min left",
        "Jane wrote:",
        "    my bag is lost",
        "Answer by: 10:00 UTC",
    ]
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": "Open the post", "url": "https://x.com/jane/status/1"}
    ]


def test_a_hostile_post_is_no_markdown_in_teams():
    message = teams(a_publication(subject=HOSTILE, text=HOSTILE))
    assert lines_of(message) == [HOSTILE, HOSTILE]
    # A TextBlock would read Markdown; a run of a RichTextBlock is text.
    assert {block["type"] for block in card_of(message)["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card_of(message)["body"] for run in block["inlines"]} == {"TextRun"}


def test_a_post_of_many_lines_keeps_its_beginning_and_the_deadline_in_teams():
    lines = lines_of(teams(a_publication(text="first\n" + "lost\n" * 300 + "Answer by: 10:00 UTC\n")))
    assert (lines[1], lines[-1]) == ("first", "Answer by: 10:00 UTC")
    assert GAP.strip() in lines
    assert len(lines) == MAX_TEAMS_LINES + 1


@given(any_text, any_text)
def test_teams_never_gets_more_than_it_takes(subject, text):
    publication = a_publication(subject=subject, text=text)
    assert len(content_of(TEAMS, publication)) < MAX_TEAMS_BYTES
    assert len(card_of(teams(publication))["body"]) <= MAX_TEAMS_LINES + 1


# ----------------------------------------------------------------------------------------------------------- both


@pytest.mark.parametrize("said", ["\u202egnp.exe", "bell\x07", "a\r\nb", "half \ud83e"])
def test_what_turns_a_text_around_or_cannot_be_written_is_left_out(said):
    for message in (slack(a_publication(text=said)), teams(a_publication(text=said))):
        shown = json.dumps(message, ensure_ascii=False)
        shown.encode()
        assert not set(shown) & set("\u202e\x07\r")
        assert "\\u0007" not in shown


def test_an_emoji_of_several_characters_stays_whole():
    family = "👨‍👩‍👧"
    assert family in slack_texts(slack(a_publication(text=family)))[1]


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "javascript:alert(1)",
        "http://x.com/1",
        "https://x.com/1|evil>",
        "https://x.com/ 1",
        "https://ex🧳.com",
    ],
)
def test_a_link_that_could_do_harm_is_left_out(link):
    assert len(slack(a_publication(link=link))["blocks"]) == 2
    assert "actions" not in card_of(teams(a_publication(link=link)))


def test_a_link_with_a_query_is_escaped_for_slack_alone():
    link = "https://x.com/jane?a=1&b=2"
    assert slack_texts(slack(a_publication(link=link)))[2] == "<https://x.com/jane?a=1&amp;b=2|Open the post>"
    assert card_of(teams(a_publication(link=link)))["actions"][0]["url"] == link


def test_an_alert_that_says_nearly_nothing_can_still_be_shown():
    bare = a_publication(subject=None, severity=None, reason=None, rung=None, case_ids=(), text="", link=None)
    assert slack_texts(slack(bare)) == ["[alert] 2026-11-21T09:00:00.000Z#01#email", "(no text)"]
    assert lines_of(teams(bare)) == ["[alert] 2026-11-21T09:00:00.000Z#01#email"]
    assert webhook(bare)["cases"] == []
