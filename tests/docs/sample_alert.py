"""The alert of one complaint of the sample stream, worded as the notifier words it."""

from datetime import UTC, datetime, timedelta

from earshot.alerting.messages.message import email, email_subject, sms
from earshot.cases.case.case import Case
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import fold
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.mentions.mention import Author, Mention
from earshot.triage.terms.terms import Terms, normal
from infra.evaluation.judge_posts import Post, judge_posts
from infra.local.sample import sample

POST_ID = "2123703763688026373"
POSTED_AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SENT_AT = POSTED_AT + timedelta(seconds=41)
LINK = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/l/7Hq2mXc9TzR4kWvB1nLs0d"


def text_message() -> str:
    """What the phone shows."""
    return sms(_case(), SENT_AT, LINK)


def mail() -> str:
    """The subject and the text of the email."""
    case = _case()
    return f"Subject: {email_subject(case, SENT_AT)}\n\n{email(case, 1, SENT_AT, LINK)}"


def _case() -> Case:
    (record,) = (post for post in sample.load() if post["id"] == POST_ID)
    post = Post(POST_ID, record["text"], record["lang"], record["author_handle"], record["followers"])
    (explained,) = judge_posts([post], Terms(normal(["NimbusAir"])))
    mention = Mention(
        source="x",
        id=POST_ID,
        conversation_id=record["conversation_id"],
        created_at=POSTED_AT,
        author=Author(
            record["author_id"], record["author_handle"], record["author_name"], followers=record["followers"]
        ),
        text=record["text"],
        language=record["lang"],
        link=f"https://x.com/{record['author_handle']}/status/{POST_ID}",
        brand="NimbusAir",
    )
    folded = fold(
        Conversation(mention.thread),
        mention,
        explained.judgement,
        now=SENT_AT,
        brands=frozenset({"nimbusair"}),
        ladder_for=lambda severity: DEFAULT_POLICY.ladders.get(severity, ()),
    )
    assert folded.thread.case is not None
    return folded.thread.case
