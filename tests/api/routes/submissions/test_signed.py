"""``POST /mentions/signed``: posts that a program signs with a secret in place of signing in."""

import base64
import io
import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

import api
from earshot.api.auth.signature import ROUTES, SIGNED_PATH, SignatureError, signer_of
from earshot.api.auth.submission_secrets import LABEL
from earshot.aws.secrets import SecretError
from infra.paths import ROOT
from tests.api.fakes import ENVIRON, Answer, Tables, an_event, create_link_secret, send, tables
from tests.api.routes.submissions.test_submissions import queued
from tests.fakes import FakeClock
from tests.mentions.sources.test_submission import GOOD, changed

SECRET, OTHER = ("whsec_" + base64.b64encode(sign * 32).decode() for sign in (b"s", b"o"))


@dataclass
class Sending:
    """A program that sends, and the API with its tables."""

    handler: Any
    made: Tables
    secrets: Any

    def store(self, secret: str) -> None:
        """What an operator stores, in force."""
        self.secrets.put_secret_value(SecretId=ENVIRON["LINK_SECRET_ID"], SecretString=secret, VersionStages=[LABEL])
        self.made.clock.advance(minutes=5)

    def event(self, body: str, secret: str = SECRET, **changed: str | None) -> dict[str, Any]:
        return signed(body, secret, self.made.clock(), **changed)

    def send(self, body: str, secret: str = SECRET, **changed: str | None) -> Answer:
        return send(self.handler, self.event(body, secret, **changed))


def signed(body: str, secret: str, at: datetime, **changed: str | None) -> dict[str, Any]:
    """The event of a signed request; ``changed`` are headers, with ``_`` for ``-``, None for none."""
    headers: dict[str, str | None] = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body),
    }
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    kept = {name: value for name, value in headers.items() if value is not None}
    event = an_event("POST", SIGNED_PATH, by=None, body=body, headers=kept)
    return event | {"routeKey": ROUTES[0]}


def body_of(*items: Any) -> str:
    return json.dumps({"mentions": list(items)}, ensure_ascii=False)


@pytest.fixture(scope="module")
def api_of_all() -> Iterator[Sending]:
    with tables() as made:
        create_link_secret()
        secrets = boto3.client("secretsmanager")
        boto3.client("sqs").create_queue(QueueName="mentions")
        yield Sending(api.build(ENVIRON, made.clock), made, secrets)


@pytest.fixture
def sending(api_of_all: Sending) -> Sending:
    """The API in a minute in which nothing was sent, with the secret in force and an empty queue."""
    api_of_all.store(f"{SECRET} {OTHER}")
    queued()
    return api_of_all


def test_what_is_signed_is_queued_as_of_somebody_signed_in_and_once_however_often_it_is_sent(sending: Sending) -> None:
    body = body_of(GOOD, changed(id="r-2", text="Wo ist mein Gepäck? 🧳"), changed(id="r-3", created_at="yesterday"))
    answer = sending.send(body)
    assert (answer.status, answer.json["queued"], answer.json["refused"]) == (202, 2, 1)
    assert (answer.json["items"][2]["id"], answer.json["items"][2]["field"]) == ("r-3", "created_at")
    assert queued() == ["r-1", "r-2"]
    binary = sending.event(body) | {"body": base64.b64encode(body.encode()).decode(), "isBase64Encoded": True}
    assert send(sending.handler, binary).status == 202


def test_of_two_secrets_and_of_two_signatures_one_is_enough(sending: Sending) -> None:
    """After a rotation, and while a sender rotates: Standard Webhooks separates signatures by spaces."""
    body = body_of(GOOD)
    assert sending.send(body, OTHER).status == 202
    both = f"v1a,xyz v1,AAAA {sending.event(body)['headers']['webhook-signature']}"
    assert sending.send(body, webhook_signature=both).status == 202
    sending.store("off")
    answer = sending.send(body)
    assert (answer.status, "earshot secrets" in answer.json["detail"]) == (401, True)
    assert sending.send(body, OTHER).status == 401


def test_a_new_secret_is_good_at_once_and_a_forged_signature_costs_no_more_reads(sending: Sending) -> None:
    body, new = body_of(GOOD), "whsec_" + "B" * 44
    assert sending.send(body).status == 202
    sending.secrets.put_secret_value(SecretId=ENVIRON["LINK_SECRET_ID"], SecretString=new, VersionStages=[LABEL])
    sending.made.clock.advance(seconds=20)
    assert sending.send(body, new).status == 202
    reads = list[str]()
    boto3.DEFAULT_SESSION.events.register("before-call.secretsmanager", lambda model, **_: reads.append(model.name))
    for _ in range(3):
        assert sending.send(body, "whsec_" + "C" * 44).status == 401
    assert len(reads) <= 2


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"webhook_id": None}, "The header 'webhook-id' is missing"),
        ({"webhook_timestamp": None}, "The header 'webhook-timestamp' is missing"),
        ({"webhook_signature": None}, "The header 'webhook-signature' is missing"),
        ({"webhook_id": "a.b"}, "no full stop"),
        ({"webhook_timestamp": "2026-11-21T09:00:00Z"}, "whole seconds since 1970: 1"),
        ({"webhook_timestamp": "1"}, "minutes ago, and at most 5"),
        ({"webhook_timestamp": "99999999999"}, "minutes ahead, and at most 5"),
        ({"webhook_signature": "v1,AAAA"}, "is that of this body"),
        ({"webhook_signature": "größer"}, "is that of this body"),
        ({"webhook_id": "msg_2"}, "is that of this body"),
    ],
)
def test_what_is_wrong_with_a_signature_is_named_with_the_remedy(
    headers: dict[str, str | None], told: str, sending: Sending
) -> None:
    answer = sending.send(body_of(GOOD), **headers)
    assert (answer.status, answer.json["type"]) == (401, "urn:earshot:problem:not-signed")
    assert told in answer.json["detail"]
    assert SECRET not in answer.text
    assert answer.headers["www-authenticate"] == "Webhook-Signature"
    assert queued() == []


def test_another_body_another_secret_and_an_old_request_are_refused(sending: Sending) -> None:
    event = sending.event(body_of(GOOD))
    assert send(sending.handler, event | {"body": body_of(changed(id="r-9"))}).status == 401
    assert sending.send(body_of(GOOD), "whsec_" + "D" * 44).status == 401
    assert send(sending.handler, event).status == 202
    sending.made.clock.advance(minutes=5, seconds=1)
    answer = send(sending.handler, event)
    assert (answer.status, f"Here it is {int(sending.made.clock().timestamp())}" in answer.json["detail"]) == (
        401,
        True,
    )


def test_a_signed_body_is_checked_as_any(sending: Sending) -> None:
    assert sending.send("[]").json["type"] == "urn:earshot:problem:unreadable-body"
    assert sending.send(body_of()).json["errors"][0]["field"] == "mentions"
    assert sending.send(json.dumps({"mentions": [GOOD], "a": "b" * 70_000})).status == 400


def test_signed_requests_together_have_the_limit_of_one_person(sending: Sending) -> None:
    last = [sending.send(body_of(GOOD)) for _ in range(61)][-1]
    assert (last.status, last.json["type"]) == (429, "urn:earshot:problem:too-fast")
    assert int(last.headers["retry-after"]) <= 60


def test_a_signature_opens_no_other_route_and_no_route_to_who_has_none(sending: Sending) -> None:
    body = body_of(GOOD)
    elsewhere = sending.event(body) | {"routeKey": "ANY /{proxy+}"}
    assert send(sending.handler, elsewhere).json["type"] == "urn:earshot:problem:not-signed-in"
    assert send(sending.handler, sending.event(body) | {"rawPath": "/mentions"}).status == 401


def test_a_secret_that_cannot_be_read_is_503_and_asks_to_try_again(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise SecretError("no")

    monkeypatch.setattr("earshot.api.auth.submission_secrets.read_secret", refuse)
    handler = api.build(ENVIRON, sending.made.clock)
    answer = send(handler, sending.event(body_of(GOOD)))
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")


def test_the_example_of_the_docs_sends_posts(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    section = (ROOT / "docs" / "sources.md").read_text("utf-8").partition("### Without an account")[2]
    example = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert example is not None

    def urlopen(request: urllib.request.Request, timeout: float) -> io.BytesIO:
        assert request.full_url == f"https://api.example{SIGNED_PATH}"
        assert isinstance(request.data, bytes)
        headers = {name.lower(): value for name, value in request.header_items()}
        event = an_event("POST", SIGNED_PATH, by=None, body=request.data.decode(), headers=headers)
        answer = send(sending.handler, event | {"routeKey": ROUTES[0]})
        assert (answer.status, timeout) == (202, 30)
        return io.BytesIO(answer.text.encode())

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    monkeypatch.setattr("time.time", sending.made.clock().timestamp)
    monkeypatch.setenv("API", "https://api.example")
    monkeypatch.setenv("EARSHOT_SECRET", SECRET)
    exec(example[1], {})
    assert queued() == ["form-5521"]


@given(st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text(max_size=30)))
def test_whatever_a_stranger_sends_is_an_error_of_theirs(headers: dict[str, str]) -> None:
    event = {"headers": headers, "body": "{}"}
    with pytest.raises(SignatureError):
        signer_of(event, lambda fresh=False: (SECRET,), FakeClock()())
