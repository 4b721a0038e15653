"""From a post on X to a phone and back: the deployed stack with its own triggers, touched only from outside."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import boto3
import pytest
from botocore.exceptions import ClientError

from earshot.cases.policy.table import PolicyTable
from earshot.cases.store.case_table import CaseTable
from earshot.mentions.mention import Author
from earshot.runtime import utc_now
from infra.local.case_table import read_case_table
from infra.local.cloud import Cloud, embedded_cloud
from infra.local.engine.engine import REGION, free_port
from infra.local.recipients import RECIPIENTS
from infra.local.staff import EMAIL, sign_in
from infra.local.x.api import XApi
from infra.local.x.posts import XPost
from infra.ops.dead_letters.queues import MENTIONS, DeadLetters
from tests.api.fakes import case_id
from tests.fakes import CASE, NOTHING_WAITS, a_mention, changed

pytestmark = pytest.mark.engine

DEADLINE_SECONDS = 120
LOST = "@NimbusAir you lost my suitcase, I am stranded at the airport and my insulin is in it"
FOUND = TypeVar("FOUND")


@dataclass
class Deployed:
    """One stack with its triggers, and X beside it."""

    cloud: Cloud
    x: XApi
    folder: Path
    token: str | None = None

    def post(self, number: int, text: str, **more: Any) -> XPost:
        author = Author(str(number), f"customer{number}", f"Customer {number}", 900)
        post = XPost(id=str(5_000_000 + number), author=author, text=text, created_at=utc_now(), lang="en", **more)
        self.x.add(post)
        return post

    def run(self, function: str) -> dict[str, Any]:
        """Call a deployed function through Lambda, as its schedule does."""
        name = self.cloud.stack.function(f"{function}Function")
        answer = self.cloud.engine.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        body = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, body
        return body

    def call(self, method: str, path: str, token: str | None = None) -> tuple[int, Any]:
        """Ask the API over HTTP."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(self.cloud.api_url + path, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.loads(refusal.read() or b"null")

    def staff(self, method: str, path: str) -> tuple[int, Any]:
        """Ask the API as somebody who has signed in."""
        self.token = self.token or sign_in(self.cloud, self.folder / "password")
        return self.call(method, path, self.token)

    @property
    def table(self) -> CaseTable:
        client, name = self.cloud.engine.client("dynamodb"), self.cloud.stack.outputs["CaseTableName"]
        return CaseTable(client, name, timedelta(days=400))

    @property
    def heard(self) -> set[str]:
        stored = read_case_table(self.cloud.engine.client("dynamodb"), self.cloud.stack.outputs["CaseTableName"])
        return {one.mention.id for one in stored.mentions}

    def told(self, case_id: str) -> set[tuple[str, str, str]]:
        """Who was told about a case, by rung and channel."""
        self.cloud.inbox.collect()
        messages = [one for one in self.cloud.inbox.messages() if case_id in one["case"].split(",")]
        found = {(one["rung"], one["channel"], one["to"]) for one in messages}
        assert len(found) == len(messages), "somebody was told twice"
        return found


def case_of(post: XPost) -> str:
    """The id of the case that a post opens."""
    return case_id(post.id, post.author.id)


def eventually(look: Callable[[], FOUND], wanted: Callable[[FOUND], Any]) -> FOUND:
    """What ``look`` sees, as soon as it is what is ``wanted``."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not wanted(seen := look()):
        assert time.monotonic() < deadline, f"this is all that came: {seen}"
        time.sleep(0.1)
    return seen


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("end-to-end")
    with XApi(handles=["NimbusAir"], until=utc_now) as x, started(folder, x) as cloud:
        cloud.engine.client("secretsmanager").put_secret_value(
            SecretId=cloud.stack.outputs["XSecretArn"], SecretString=json.dumps({"bearer_token": x.token})
        )
        # An alert that can wait waits a minute for others: none here may wait.
        table = PolicyTable(cloud.engine.client("dynamodb"), cloud.stack.outputs["CaseTableName"])
        table.write(NOTHING_WAITS, utc_now())
        yield Deployed(cloud, x, folder)


def started(folder: Path, x: XApi, port: int = 0):
    """With IAM enforced: a function that asks for what its role does not grant is refused, as on AWS."""
    parameters = {"XApiUrl": x.url}
    return embedded_cloud(folder / "cloud", ["NimbusAir"], parameters=parameters, port=port, enforces_iam=True)


def test_a_post_on_x_reaches_a_phone_and_whoever_takes_it_is_not_called_again(deployed: Deployed) -> None:
    old = deployed.post(1, LOST)
    eventually(lambda: deployed.run("Fetch")["sources"], lambda sources: set(sources.values()) <= {"baseline", "ok"})
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


def test_after_a_graceful_restart_everything_is_there(tmp_path: Path) -> None:
    port = free_port()
    with XApi(handles=["NimbusAir"], until=utc_now) as x:
        with started(tmp_path, x, port) as cloud:
            before = Deployed(cloud, x, tmp_path)
            cloud.engine.client("sqs").send_message(
                QueueUrl=cloud.stack.outputs["MentionQueueUrl"],
                MessageBody=json.dumps(a_mention("1", LOST, created_at=utc_now()).to_record()),
            )
            told = eventually(lambda: before.told(CASE), lambda told: len(told) == 2)
            assert before.staff("POST", f"/cases/{CASE}/acknowledge")[0] == 200
            _, case = before.staff("GET", f"/cases/{CASE}")
        with started(tmp_path, x, port) as cloud:
            after = Deployed(cloud, x, tmp_path)
            assert after.staff("GET", f"/cases/{CASE}") == (200, case)
            assert after.told(CASE) == told
            assert after.heard == {"1"}
            after.cloud.engine.client("sqs").send_message(
                QueueUrl=cloud.stack.outputs["MentionQueueUrl"],
                MessageBody=json.dumps(replace(a_mention("2", conversation_id="2"), created_at=utc_now()).to_record()),
            )
            eventually(lambda: after.heard, lambda heard: heard == {"1", "2"})
            assert after.told(CASE) == told
