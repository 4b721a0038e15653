"""Bluesky and Mastodon, from a post to a phone and back: the deployed function, stand-ins, and a clock set by hand."""

import json
from typing import Any

import pytest

from earshot.mentions.sources.social.accounts import SocialAccount, accounts_as_toml
from earshot.mentions.sources.social.table import AccountsTable
from infra.local.recipients import RECIPIENTS
from infra.local.social.bluesky import BlueskyServer
from infra.local.social.mastodon import MastodonServer
from tests.deployed import Running

pytestmark = pytest.mark.engine

LOST = "you lost my bag with my insulin in it three days ago and nobody answers! I need my medicine today!"
BLUESKY, MASTODON = "nimbusair.bsky.social", "care@nimbus.example"


def hear(running: Running, **advance: float) -> dict[str, Any]:
    """Let the time pass, and run what the schedules run."""
    running.clock.advance(**advance)
    answer = running.invoker.invoke("socialfetch", {})
    running.invoker.drain_queue(answer.get("queued", 0))
    running.escalate()
    if changes := running.invoker.changes():
        running.notify(*changes)
    return answer


def test_one_complaint_on_each_network_is_a_case_an_alert_and_an_observed_answer(running: Running) -> None:
    client, secrets = running.cloud.engine.client("dynamodb"), running.cloud.engine.client("secretsmanager")
    table = AccountsTable(client, running.cloud.stack.outputs["SourceTableName"])
    secret = running.cloud.stack.resource("SocialSecret")
    assert running.invoker.invoke("socialfetch", {}) == {"sources": {}}  # off until an account is added
    with BlueskyServer(BLUESKY, running.clock) as bluesky, MastodonServer(MASTODON, running.clock) as mastodon:
        accounts = [
            SocialAccount("bluesky", BLUESKY, "NimbusAir", host=bluesky.url),
            SocialAccount("mastodon", MASTODON, "NimbusAir", host=mastodon.url),
        ]
        table.write(accounts_as_toml(accounts), running.clock())
        held = {"bluesky": {BLUESKY: bluesky.password}, "mastodon": {MASTODON: mastodon.token}}
        secrets.put_secret_value(SecretId=secret, SecretString=json.dumps(held))
        assert set(hear(running, minutes=1)["sources"].values()) == {"baseline"}
        here, there = bluesky.mention(LOST), mastodon.mention(LOST)
        assert hear(running, minutes=1)["queued"] == 2
        cases = {case.key.source: case for case in running.stored.cases}
        assert {name: str(case.assessment.severity) for name, case in cases.items()} == {
            "bluesky": "critical",
            "mastodon": "critical",
        }
        assert (
            cases["bluesky"].posts.headline.link
            == f"https://bsky.app/profile/{here['author']['did']}/post/{here['uri'][-13:]}"
        )
        assert cases["mastodon"].author.label == "Jane (@jane@other.example)"
        assert ("1", "sms", RECIPIENTS["OnCallPhone"]) in running.inbox()
        bluesky.post("So sorry! A courier is on the way to you.", by=BLUESKY, reply_to=here)
        mastodon.post("So sorry! A courier is on the way.", MASTODON, mentions=["jane@other.example"], reply_to=there)
        answered_at = running.clock()
        hear(running, minutes=2)
        for case in cases.values():
            answered = running.case(case.id)
            assert (str(answered.status), answered.response.first_response_at) == ("replied", answered_at)
        assert bluesky.sign_ins == 1
        kept = secrets.get_secret_value(SecretId=secret, VersionStage="EARSHOT_SESSIONS")["SecretString"]
        assert set(json.loads(kept)) == {f"bluesky#{BLUESKY}"}
        assert json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"]) == held
    table.write("", running.clock())
