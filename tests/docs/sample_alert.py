"""The alert about one complaint of the sample stream, judged by the command and worded as the notifier words it."""

import json
from dataclasses import replace
from datetime import timedelta

from click.testing import CliRunner

from earshot.alerting.messages.email import email, email_subject
from earshot.alerting.messages.sms import sms
from earshot.cases.case.case import Case
from earshot.cases.case.key import CaseKey
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import FoldRules, fold
from earshot.cases.policy.policy import Policy
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent, Judgement, Reason, Severity
from infra.cli.main import main
from infra.local.sample import sample
from tests.fakes import BRANDS, START, a_judgement, a_mention

POST_ID = "2123703763688026373"
SENT_AT = START + timedelta(seconds=41)
LINK = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/l/7Hq2mXc9TzR4kWvB1nLs0d"


def text_message() -> str:
    """What the phone shows."""
    return sms(_case(), SENT_AT, LINK)


def mail() -> str:
    """The subject and the text of the email."""
    case = _case()
    return f"Subject: {email_subject(case, SENT_AT)}\n\n{email(case, 1, SENT_AT, LINK)}"


def _case() -> Case:
    (post,) = (post for post in sample.load() if post["id"] == POST_ID)
    author = Author(post["author_id"], post["author_handle"], post["author_name"], followers=post["followers"])
    link = f"https://x.com/{author.handle}/status/{POST_ID}"
    mention = a_mention(POST_ID, post["text"], author=author, link=link, conversation_id=POST_ID, minutes=0)
    folded = fold(
        Conversation(str(CaseKey.of(mention))),
        mention,
        _judgement(post["text"], author),
        now=SENT_AT,
        rules=FoldRules(BRANDS, policy=Policy(ladders={})),
    )
    assert folded.conversation.case is not None
    return folded.conversation.case


def _judgement(text: str, author: Author) -> Judgement:
    post = {"id": POST_ID, "text": text, "lang": "en", "author": author.handle, "followers": author.followers}
    answer = CliRunner().invoke(main, ["classify", "--brand", "NimbusAir"], input=json.dumps(post))
    judged = json.loads(answer.stdout)
    return replace(
        a_judgement(Intent(judged["intent"]), judged["urgency"], Severity(judged["severity"])),
        complaint_score=judged["complaint_score"],
        reasons=tuple(Reason(reason["rule"], reason["points"], reason["text"]) for reason in judged["reasons"]),
    )
