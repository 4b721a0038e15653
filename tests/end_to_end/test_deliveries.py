"""From a case to a receiver of webhooks: the deployed stack with its own triggers, and what an operator redrives."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from earshot.runtime import utc_now
from infra.cli.main import main
from infra.local.cloud import Cloud, embedded_cloud
from infra.ops.dead_letters.queues import DELIVERIES, DeadLetters
from tests.alerting.webhooks.receiver import Receiver, sns_event
from tests.end_to_end.test_pipeline import eventually
from tests.fakes import CASE, a_mention

pytestmark = pytest.mark.engine

LOST = "@NimbusAir you lost my suitcase, I am stranded at the airport and my insulin is in it"
REASON = "slack target 1 (5f0c2a9e) answered 410, which a retry will not change"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with embedded_cloud(tmp_path_factory.mktemp("deliveries"), ["NimbusAir"]) as running:
        yield running


def store(cloud: Cloud, *entries: object) -> None:
    cloud.engine.client("secretsmanager").put_secret_value(
        SecretId=cloud.stack.outputs["WebhookSecretArn"], SecretString=json.dumps(entries)
    )


def _received(cloud: Cloud) -> list[dict[str, Any]]:
    cloud.inbox.collect()
    return list(cloud.inbox.messages())


def given_up(event: Any) -> str:
    """What Lambda puts into the queue for an event that failed for the last time."""
    return json.dumps(
        {
            "version": "1.0",
            "timestamp": "2026-11-21T09:04:00.000Z",
            "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
            "requestPayload": event,
            "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
            "responsePayload": {"errorMessage": REASON, "errorType": "DeliveryError"},
        }
    )


def test_an_urgent_case_reaches_a_webhook_once_and_what_was_given_up_is_redriven(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqs, outputs, resources = cloud.engine.client("sqs"), cloud.stack.outputs, cloud.stack.resources
    with Receiver() as receiver:
        store(cloud, receiver.entry())
        mention = a_mention("1", LOST, created_at=utc_now())
        sqs.send_message(QueueUrl=outputs["MentionQueueUrl"], MessageBody=json.dumps(mention.to_record()))
        (request,) = eventually(lambda: list(receiver.requests), bool)
        assert request.json["cases"] == [CASE]
        assert "insulin" in request.json["text"]
        # The SMS of the same alert came to the topic as well, and calls nobody.
        eventually(lambda: _received(cloud), lambda told: {one["channel"] for one in told} == {"sms", "email"})
        assert len(receiver.requests) == 1

        sqs.send_message(QueueUrl=resources[DELIVERIES], MessageBody=given_up(sns_event()))
        letters = DeadLetters(cloud.engine, cloud.stack)
        (letter,) = letters.look(20)
        assert (letter.queue, letter.reason) == (DELIVERIES, REASON)
        monkeypatch.setattr("infra.cli.commands.deployed.dead_letters._dead_letters", lambda stack, local: letters)
        eventually(
            lambda: CliRunner().invoke(main, ["redrive"]).output,
            lambda said: "1 alerts handed to the deliverer again." in said,
        )
        eventually(lambda: [one.json["alert"] for one in receiver.requests], lambda alerts: len(alerts) == 2)
        assert list(letters.look(20)) == []
