"""What is deleted on X is gone here after two looks, with names and copies; what is edited is judged again."""

import json
from typing import Any

import pytest

from earshot.aws.dynamodb import from_item
from earshot.cases.case.status import Status
from earshot.mentions.mention import Author
from earshot.mentions.sources.social.accounts import SocialAccount, accounts_as_toml
from earshot.mentions.sources.social.table import AccountsTable
from earshot.triage.judgement import Intent, Severity
from infra.local.lambdas.entry_files import load_entry_file
from infra.local.social.facebook import FacebookServer
from infra.local.social.reddit import RedditServer
from infra.local.social.youtube import YouTubeServer
from infra.local.x.api import TOKEN, XApi
from infra.local.x.faults import RATE_LIMITED
from infra.local.x.posts import XPost
from infra.ops.backup.restore import scan
from tests.deployed import Running
from tests.fakes import START, a_judgement, a_mention

pytestmark = pytest.mark.engine

JANE, REN = Author("7", "jane_flies_77", "Jane Quillfeather", 120), Author("8", "ren")
HERS, RENS = "x-1-7-nimbusair", "x-2-8-nimbusair"
WORDS = "@NimbusAir the crew left my grandmother's walking frame in Porto and nobody answers"
HER_WORDS = ("jane_flies_77", "Quillfeather", "grandmother", "walking frame")


LOST = "you lost my grandmother's walking frame three days ago and nobody answers! She needs it today!"
OTHERS = "your crew was rude to my wife and nobody answers"
REDDIT, YOUTUBE, FACEBOOK = "nimbusair_care", "nimbusair", "nimbusair"


def items(running: Running) -> list[dict[str, Any]]:
    """All that the case table has, but for what has expired."""
    table, now = running.cloud.stack.outputs["CaseTableName"], running.clock().timestamp()
    found = [from_item(item) for item in scan(running.cloud.engine.client("dynamodb"), table)]
    return [item for item in found if item.get("expires_at", now + 1) > now]


def quoted_in(running: Running) -> list[str]:
    return sorted(
        {f"{item['pk']} {item['sk']}" for item in items(running) for word in HER_WORDS if word in json.dumps(item)}
    )


def test_a_deleted_post_is_gone_everywhere_and_its_case_says_that_there_was_one(running: Running) -> None:
    critical = a_judgement(urgency=90, severity=Severity.CRITICAL)
    running.hear(a_mention("1", WORDS, author=JANE, link="https://x.com/jane_flies_77/status/1"), critical)
    running.hear(a_mention("2", "@NimbusAir they lost my bag", conversation_id="2", author=REN), critical)
    running.notify()
    repost = a_mention("3", f"RT @jane_flies_77: {WORDS}", conversation_id="3", author=REN, reposted_id="1")
    running.hear(repost, a_judgement(Intent.OTHER, 0))
    assert any(place.startswith(f"CASE#{RENS} ALERT#") for place in quoted_in(running))
    opened, counted = running.case(HERS).opened_at, len(running.stored.mentions)
    secrets, secret = running.cloud.engine.client("secretsmanager"), running.cloud.stack.resource("XSecret")
    secrets.put_secret_value(SecretId=secret, SecretString=json.dumps({"bearer_token": TOKEN}))
    with XApi([XPost("2", REN, "@NimbusAir they lost my bag", START)], handles=["NimbusAir"]) as api:
        environ = running.invoker.environ("SweepFunction") | {"X_API_URL": api.url}
        sweep = load_entry_file("sweep").build(environ, running.clock)
        running.invoker._functions["sweep"] = sweep  # pyright: ignore[reportPrivateUsage]
        running.clock.advance(hours=1)
        api.inject(RATE_LIMITED)
        assert running.invoker.invoke("sweep", {})["removed"] == {"x": 0}
        running.clock.advance(hours=1)
        assert running.invoker.invoke("sweep", {})["removed"] == {"x": 0}
        assert quoted_in(running)
        # Seen gone; the process dies in the midst of removing it, and the next run ends it.
        running.clock.advance(hours=1)
        with running.refusing("UpdateItem", lambda body: "MENTION#" in body), pytest.raises(Exception, match="bad day"):
            running.invoker.invoke("sweep", {})
        running.clock.advance(hours=1)
        assert running.invoker.invoke("sweep", {})["removed"] == {"x": 1}
        assert quoted_in(running) == []
        case = running.case(HERS)
        assert (case.status, case.opened_at, case.author) == (Status.RESOLVED, opened, Author("7"))
        assert (running.case(RENS).status, running.case(RENS).author.handle) == (Status.OPEN, "ren")
        assert len(running.stored.mentions) == counted
        (receipt,) = [item["receipt"] for item in items(running) if item["pk"].startswith("REMOVALS#")]
        assert (receipt["reason"], receipt["source"], receipt["by"]) == ("deleted", "x", "earshot sweep")
        assert receipt["noticed_at"] < receipt["removed_at"]
        # Nothing brings it back, and nothing is asked for it any more.
        assert running.classify(a_mention("1", WORDS, author=JANE)) == []
        assert quoted_in(running) == []
        # An edit goes through the queue, and is judged as it reads now.
        api.archive.edit("2", "20", "@NimbusAir found my bag, thank you so much, you are wonderful!")
        running.clock.advance(hours=30)
        running.invoker.invoke("sweep", {})
        running.invoker.drain_queue(1)
        assert "found my bag" in running.case(RENS).posts.headline.text
    assert running.roles.denied == []


def test_what_is_deleted_on_reddit_youtube_and_facebook_is_gone_here_and_what_is_edited_reads_as_it_does_there(
    running: Running,
) -> None:
    client, secrets = running.cloud.engine.client("dynamodb"), running.cloud.engine.client("secretsmanager")
    table = AccountsTable(client, running.cloud.stack.outputs["SourceTableName"])
    now = running.clock
    with RedditServer(now) as reddit, YouTubeServer(YOUTUBE, now) as youtube, FacebookServer(FACEBOOK, now) as facebook:
        accounts = [
            SocialAccount("reddit", REDDIT, "NimbusAir", ("nimbus air",), reddit.url, ("travel",)),
            SocialAccount("youtube", YOUTUBE, "NimbusAir", host=youtube.url),
            SocialAccount("facebook", FACEBOOK, "NimbusAir", host=facebook.url),
        ]
        table.write(accounts_as_toml(accounts), now())
        held = {
            "reddit": {REDDIT: reddit.credential},
            "youtube": {YOUTUBE: youtube.key},
            "facebook": {FACEBOOK: facebook.token},
        }
        secret = running.cloud.stack.resource("SocialSecret")
        secrets.put_secret_value(SecretId=secret, SecretString=json.dumps(held))
        running.invoker.invoke("socialfetch", {})
        running.clock.advance(minutes=1)
        submission = reddit.submit("Nimbus Air", "quillfeather", said=LOST)
        comment, wall = youtube.comment(LOST, "quillfeather"), facebook.post(LOST, "Jane Quillfeather")
        submitted, commented = reddit.submit("Nimbus Air", "ren", said=OTHERS), youtube.comment(OTHERS, "ren")
        posted = facebook.post(OTHERS, "Ren")
        running.invoker.drain_queue(running.invoker.invoke("socialfetch", {})["queued"])
        running.notify(*running.invoker.changes())
        counted = len(running.stored.mentions)
        assert (counted, len(running.stored.cases)) == (6, 6)
        assert any("ALERT#" in place for place in quoted_in(running))
        reddit.delete(submission)
        youtube.delete(comment)
        facebook.delete(wall)
        # Once is not enough.
        running.clock.advance(hours=1)
        assert not any(running.invoker.invoke("sweep", {})["removed"].values())
        running.clock.advance(hours=1)
        removed = running.invoker.invoke("sweep", {})["removed"]
        assert {name: removed[name] for name in held} == dict.fromkeys(held, 1)
        assert quoted_in(running) == []
        assert len(running.stored.mentions) == counted
        receipts = [item["receipt"] for item in items(running) if item["pk"].startswith("REMOVALS#")]
        assert sorted((one["source"], one["reason"]) for one in receipts) == [
            ("facebook", "deleted"),
            ("reddit", "deleted"),
            ("youtube", "deleted"),
        ]
        assert all(one["removed_at"] for one in receipts)
        said = "your crew said sorry to my wife, thank you"
        reddit.edit(submitted, said)
        youtube.edit(commented, said)
        facebook.edit(posted, said)
        running.clock.advance(hours=7)
        running.invoker.invoke("sweep", {})
        running.invoker.drain_queue(3)
        texts = [case.posts.headline.text for case in running.stored.cases]
        assert sum(said in text for text in texts) == 3
    table.write("", running.clock())
    assert running.roles.denied == []
