"""What is deleted on X is gone here after two looks, with names and copies; what is edited is judged again."""

import json
from typing import Any

import pytest

from earshot.aws.dynamodb import from_item
from earshot.cases.case.status import Status
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent, Severity
from infra.local.lambdas.entry_files import load_entry_file
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
