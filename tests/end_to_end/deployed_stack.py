"""One stack with its triggers, as the tests of the whole meet it: X and webhooks beside it, and what people got."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from earshot.cases.policy.table import PolicyTable
from earshot.cases.store.case_table import CaseTable
from earshot.mentions.mention import Author
from earshot.runtime import utc_now
from infra.local.case_table import read_case_table
from infra.local.cloud import Cloud, embedded_cloud
from infra.local.staff import sign_in
from infra.local.x.api import XApi
from infra.local.x.posts import XPost
from tests.alerting.webhooks.receiver import Receiver
from tests.api.fakes import case_id
from tests.fakes import NOTHING_WAITS

DEADLINE_SECONDS = 120
FOUND = TypeVar("FOUND")


class Deployed:
    """One stack with its triggers, X beside it, and a receiver of its webhooks.

    IAM is enforced: a function that asks for what its role does not grant is refused, as on AWS.
    """

    cloud: Cloud

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.token: str | None = None
        self.before: tuple[XPost, ...] = ()
        self._around, self._running = ExitStack(), ExitStack()
        self.x = self._around.enter_context(XApi(handles=["NimbusAir"], until=utc_now))
        self.receiver = self._around.enter_context(Receiver())

    def __enter__(self) -> Self:
        self._start()
        self.store("XSecretArn", {"bearer_token": self.x.token})
        self.store("WebhookSecretArn", [self.receiver.entry()])
        # An alert that can wait waits a minute for others: none here may wait.
        table = PolicyTable(self.cloud.engine.client("dynamodb"), self.cloud.stack.outputs["CaseTableName"])
        table.write(NOTHING_WAITS, utc_now())
        return self

    def __exit__(self, *_: object) -> None:
        with self._around, self._running:
            pass

    def restart(self) -> None:
        """Stop it as Ctrl-C does, and start it again on the same folder. Its address is another one."""
        self._running.close()
        self.token = None
        self._start()

    def _start(self) -> None:
        parameters = {"XApiUrl": self.x.url}
        started = embedded_cloud(self.folder / "cloud", ["NimbusAir"], parameters=parameters)
        self.cloud = self._running.enter_context(started)

    def store(self, secret: str, value: object) -> None:
        """Put a secret where the stack's output says."""
        self.cloud.engine.client("secretsmanager").put_secret_value(
            SecretId=self.cloud.stack.outputs[secret], SecretString=json.dumps(value)
        )

    def post(self, number: int, text: str, **more: Any) -> XPost:
        author = Author(str(number), f"customer{number}", f"Customer {number}", 900)
        post = XPost(id=str(5_000_000 + number), author=author, text=text, created_at=utc_now(), lang="en", **more)
        self.x.add(post)
        return post

    def listen(self, *before: XPost) -> None:
        """Begin to listen to X, where these posts are by then."""
        eventually(lambda: self.run("Fetch")["sources"], lambda sources: set(sources.values()) <= {"baseline", "ok"})
        self.before = before

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
    def stored(self) -> set[tuple[str, str]]:
        """The keys of everything that the case table holds."""
        pages = self.cloud.engine.client("dynamodb").get_paginator("scan")
        found = pages.paginate(TableName=self.cloud.stack.outputs["CaseTableName"], ConsistentRead=True)
        return {(item["pk"]["S"], item["sk"]["S"]) for page in found for item in page["Items"]}

    @property
    def heard(self) -> set[str]:
        stored = read_case_table(self.cloud.engine.client("dynamodb"), self.cloud.stack.outputs["CaseTableName"])
        return {one.mention.id for one in stored.mentions}

    def told(self, case_id: str) -> set[tuple[str, str, str]]:
        """Who was told about a case, by rung and channel."""
        self.cloud.inbox.collect()
        messages = [one for one in self.cloud.inbox.messages() if case_id in (one["case"] or "").split(",")]
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
