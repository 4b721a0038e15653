"""From a post on X to a phone and back: the deployed stack with its own triggers, touched only from outside."""

import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from earshot.runtime import utc_now
from infra.cli.main import main
from infra.local.engine.engine import REGION
from infra.local.recipients import RECIPIENTS
from infra.local.staff import EMAIL
from infra.local.x.posts import XPost
from infra.ops.dead_letters.queues import DELIVERIES, MENTIONS, DeadLetters
from infra.ops.stack import Stack
from tests.alerting.webhooks.receiver import PUBLICATION, Request, sns_event
from tests.api.fakes import case_id
from tests.end_to_end.deployed_stack import Deployed, case_of, eventually
from tests.fakes import CASE, a_mention, changed

pytestmark = pytest.mark.engine

LOST = "@NimbusAir you lost my suitcase, I am stranded at the airport and my insulin is in it"
REASON = "slack target 1 (5f0c2a9e) answered 410, which a retry will not change"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with Deployed(tmp_path_factory.mktemp("end-to-end")) as made:
        # Whichever test is the first to run: what it posts is news.
        made.listen(made.post(1, LOST))
        yield made


def test_a_post_on_x_reaches_a_phone_and_whoever_takes_it_is_not_called_again(deployed: Deployed) -> None:
    (old,) = deployed.before
    eventually(lambda: deployed.heard, lambda heard: old.id in heard)

    taken, waiting = deployed.post(2, LOST), deployed.post(3, LOST)
    assert deployed.run("Fetch")["queued"] == 2
    first = {("1", "sms", RECIPIENTS["OnCallPhone"]), ("1", "email", RECIPIENTS["OnCallEmail"])}
    for post in (taken, waiting):
        eventually(lambda post=post: deployed.told(case_of(post)), lambda told: told >= first)
        assert deployed.told(case_of(post)) == first
    # What was there before Earshot listened is known, and called nobody.
    assert deployed.told(case_of(old)) == set()

    status, page = deployed.staff("GET", "/cases?status=open")
    assert status == 200
    assert {case_of(post) for post in (old, taken, waiting)} == {case["id"] for case in page["items"]}
    status, case = deployed.staff("POST", f"/cases/{case_of(taken)}/acknowledge")
    assert (status, case["status"], case["acknowledged_by"]) == (200, "acknowledged", EMAIL)

    for post in (taken, waiting):
        deployed.table.change(case_of(post), impatient, utc_now())
    assert deployed.run("Escalate")["climbed"] == 1
    second = {("2", "sms", RECIPIENTS["LeadPhone"]), ("2", "email", RECIPIENTS["LeadEmail"])}
    eventually(lambda: deployed.told(case_of(waiting)), lambda told: told >= first | second)
    assert deployed.told(case_of(taken)) == first


def impatient(thread):
    """Nobody waits five minutes in a test: the second step of the ladder is due at once."""
    first, second, *rest = thread.case.ladder.steps
    return replace(
        thread, case=changed(thread.case, ladder__steps=(first, replace(second, after_minutes=0), *rest))
    ), ()


def test_whoever_holds_the_link_of_an_alert_takes_the_case_without_signing_in(deployed: Deployed) -> None:
    post = deployed.post(21, "@NimbusAir you lost my suitcase, my insulin is in it and I am stranded in Lisbon")
    eventually(lambda: deployed.run("Fetch") and deployed.heard, lambda heard: post.id in heard)
    eventually(lambda: deployed.told(case_of(post)), lambda told: len(told) == 2)
    texts = [one["text"] for one in deployed.cloud.inbox.messages() if one["case"] == case_of(post)]
    paths = [re.search(r"http://\S+?(/l/[0-9A-Za-z]{22})\b", text) for text in texts]
    assert all(paths)
    url = deployed.cloud.api_url + paths[0][1]

    def ask(data: bytes | None = None) -> str:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=30) as page:
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            return page.read().decode()

    assert "Open: nobody has acknowledged it yet." in ask()
    # The answer to a press sends the browser back to the page, which says who holds the case from here on.
    assert "Acknowledged by rung 1 (you)" in ask(b"act=acknowledge")
    status, file = deployed.staff("GET", f"/cases/{case_of(post)}")
    assert (status, file["case"]["acknowledged_by"]) == (200, "rung 1")
    assert paths[0][1] not in json.dumps(file)


def test_the_console_is_served_by_its_function(deployed: Deployed) -> None:
    """In a process of its own, and with nothing that its role does not grant."""
    for path in ("/console", "/console/"):
        with urllib.request.urlopen(deployed.cloud.api_url + path, timeout=30) as page:
            assert page.url == deployed.cloud.console_url
            assert page.headers["Content-Type"] == "text/html; charset=utf-8"
            assert "Loading the console" in page.read().decode()


@pytest.mark.parametrize("token", [None, "not.a.token"])
def test_nobody_gets_in_without_having_signed_in(deployed: Deployed, token: str | None) -> None:
    for method, path in (("GET", "/cases"), ("GET", "/health"), ("POST", f"/cases/{CASE}/acknowledge")):
        assert deployed.call(method, path, token)[0] == 401


def test_a_function_may_do_what_its_role_grants_and_nothing_else(deployed: Deployed) -> None:
    """Else the other tests of this file would prove nothing about the roles."""
    engine, stack = deployed.cloud.engine, deployed.cloud.stack
    role = engine.client("iam").get_role(RoleName=stack.resources["ClassifyRole"])["Role"]["Arn"]
    given = engine.client("sts").assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
    keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    classify = boto3.Session(*keys, REGION).client("dynamodb", endpoint_url=engine.url)
    cases, sources = stack.outputs["CaseTableName"], stack.outputs["SourceTableName"]

    def source(key: str) -> None:
        classify.get_item(TableName=sources, Key={"pk": {"S": key}})

    source("terms")
    source("budget#reader#2026-11")
    for refused in (
        lambda: source("x#mentions#NimbusAir"),
        lambda: classify.scan(TableName=cases),
        lambda: classify.delete_item(TableName=cases, Key={"pk": {"S": "a"}, "sk": {"S": "b"}}),
    ):
        with pytest.raises(ClientError, match="not authorized"):
            refused()
    # What runs on a schedule, and no other test of this file calls.
    deployed.run("Watch")
    deployed.run("Digest")


def test_the_brands_answer_on_x_is_seen(deployed: Deployed) -> None:
    asked = deployed.post(11, "@NimbusAir my refund is six weeks late, where is it?")
    brand = deployed.x.archive.accounts["nimbusair"]
    answered = XPost(
        id=str(5_000_012),
        author=brand,
        text="@customer11 sorry! It left us today. Mia",
        created_at=utc_now(),
        conversation_id=asked.id,
        in_reply_to_id=asked.id,
    )
    eventually(lambda: deployed.run("Fetch") and deployed.heard, lambda heard: asked.id in heard)
    deployed.x.add(replace(answered, created_at=utc_now()))
    eventually(lambda: deployed.run("Fetch") and deployed.heard, lambda heard: answered.id in heard)
    status, found = eventually(
        lambda: deployed.staff("GET", f"/cases/{case_of(asked)}"),
        lambda answer: answer[1]["case"]["status"] == "replied",
    )
    assert status == 200
    assert found["case"]["first_response_seconds"] is not None


def test_what_is_no_mention_lies_in_the_dead_letter_queue_with_its_reason_and_can_be_sent_again(
    deployed: Deployed,
) -> None:
    sqs, outputs = deployed.cloud.engine.client("sqs"), deployed.cloud.stack.outputs
    late = replace(a_mention("77", "@NimbusAir fine, thanks", conversation_id="77"), created_at=utc_now())
    good = replace(late, id="78", conversation_id="78")
    for body in ("{a mess", json.dumps(good.to_record())):
        sqs.send_message(QueueUrl=outputs["MentionQueueUrl"], MessageBody=body)
    # What failed for a passing reason lies there as well.
    sqs.send_message(QueueUrl=outputs["MentionDeadLetterQueueUrl"], MessageBody=json.dumps(late.to_record()))

    letters = DeadLetters(deployed.cloud.engine, deployed.cloud.stack)
    seen = eventually(lambda: {letter.body: letter for letter in letters.look(20)}, lambda seen: "{a mess" in seen)
    assert seen["{a mess"].queue == MENTIONS
    assert "not JSON" in seen["{a mess"].reason
    eventually(lambda: deployed.heard, lambda heard: "78" in heard)
    assert "77" not in deployed.heard

    # Whoever looks holds a message for some seconds, and then it can be moved.
    eventually(lambda: (letters.redrive_mentions(), deployed.heard), lambda seen: "77" in seen[1])
    eventually(lambda: [letter.body for letter in letters.look(20)], lambda bodies: bodies == ["{a mess"])


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
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = deployed.cloud

    def received(case: str) -> list[Request]:
        return [one for one in deployed.receiver.requests if one.json["cases"] == [case]]

    mention = a_mention("31", LOST, created_at=utc_now(), conversation_id="31")
    case = case_id(mention.id, mention.author.id)
    cloud.engine.client("sqs").send_message(
        QueueUrl=cloud.stack.outputs["MentionQueueUrl"], MessageBody=json.dumps(mention.to_record())
    )
    (request,) = eventually(lambda: received(case), bool)
    assert "insulin" in request.json["text"]
    # The SMS of the same alert came to the topic as well, and calls nobody.
    eventually(lambda: deployed.told(case), lambda told: {channel for _, channel, _ in told} == {"sms", "email"})
    assert len(received(case)) == 1

    body = given_up(sns_event())
    cloud.engine.client("sqs").send_message(QueueUrl=cloud.stack.resources[DELIVERIES], MessageBody=body)
    letters = DeadLetters(cloud.engine, cloud.stack)
    (letter,) = (one for one in letters.look(20) if one.queue == DELIVERIES)
    assert letter.reason == REASON
    monkeypatch.setattr("infra.cli.commands.deployed.dead_letters._dead_letters", lambda stack, local: letters)
    eventually(
        lambda: CliRunner().invoke(main, ["redrive"]).output,
        lambda said: "1 alerts handed to the deliverer again." in said,
    )
    eventually(lambda: [one.json["alert"] for one in received(CASE)], lambda alerts: alerts == [PUBLICATION.name])
    assert [one for one in letters.look(20) if one.queue == DELIVERIES] == []


def test_after_a_graceful_restart_everything_is_there_and_deploying_again_changes_nothing(deployed: Deployed) -> None:
    post = deployed.post(41, LOST)
    eventually(lambda: deployed.run("Fetch") and deployed.heard, lambda heard: post.id in heard)
    told = eventually(lambda: deployed.told(case_of(post)), lambda told: len(told) == 2)
    assert deployed.staff("POST", f"/cases/{case_of(post)}/acknowledge")[0] == 200
    _, case = deployed.staff("GET", f"/cases/{case_of(post)}")
    heard, stored, stack = deployed.heard, deployed.stored, deployed.cloud.stack

    deployed.restart()
    # Links lead to the API, which has another port now: SAM names the notifier's version after its environment.
    assert _without_versions(deployed.cloud.stack) == _without_versions(stack)
    assert deployed.cloud.stack.outputs["CaseTableName"] == stack.outputs["CaseTableName"]
    assert deployed.stored >= stored
    assert deployed.staff("GET", f"/cases/{case_of(post)}") == (200, case)
    assert deployed.told(case_of(post)) == told
    assert deployed.heard == heard

    another = deployed.post(42, "@NimbusAir thanks for the lovely flight")
    eventually(lambda: deployed.run("Fetch") and deployed.heard, lambda now: now == heard | {another.id})
    assert deployed.told(case_of(post)) == told


def _without_versions(stack: Stack) -> set[str]:
    return {name for name in stack.resources if not re.search(r"FunctionVersion[0-9a-f]{10}$", name)}
