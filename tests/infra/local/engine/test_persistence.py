"""What the emulator keeps: whatever kills it, the state on disk is one that all services had at the same moment."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from infra.local.engine.deployment import deploy
from infra.local.engine.engine import Engine, free_port

pytestmark = pytest.mark.engine
TABLE, QUEUE = "kept", "kept"
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: version
      CodeUri: code/
      Handler: main.handler
      Runtime: python3.12
"""


def made(engine: Engine) -> str:
    """A table and a queue; returns the queue's URL."""
    engine.client("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return engine.client("sqs").create_queue(QueueName=QUEUE)["QueueUrl"]


def put(engine: Engine, url: str, name: str) -> None:
    engine.client("dynamodb").put_item(TableName=TABLE, Item={"pk": {"S": name}})
    engine.client("sqs").send_message(QueueUrl=url, MessageBody=name)


def kept(engine: Engine, url: str) -> tuple[set[str], set[str]]:
    """What is in the table, and what is in the queue."""
    items: list[Any] = engine.client("dynamodb").scan(TableName=TABLE)["Items"]
    messages = engine.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return {item["pk"]["S"] for item in items}, {message.get("Body", "") for message in messages}


def kill(engine: Engine) -> None:
    """End the emulator as a loss of power does."""
    assert engine._process is not None
    os.kill(engine._process.pid, signal.SIGKILL)
    engine._process.wait()
    assert engine.has_ended
    engine.stop()


def test_killed_it_goes_on_from_its_last_save_with_table_and_queue_of_the_same_moment(tmp_path: Path) -> None:
    port = free_port()
    with Engine(tmp_path, port=port) as engine:
        url = made(engine)
        put(engine, url, "saved")
        engine.save()
        put(engine, url, "lost")
        # Half of a new file, as a kill in the middle of a save leaves it.
        (tmp_path / "services.new").write_text('{"dynamodb": {"tab')
        kill(engine)
    with Engine(tmp_path, port=port) as engine:
        assert kept(engine, url) == ({"saved"}, {"saved"})
        # That message was received and not deleted, by a process that ends now.
        engine.save()
        kill(engine)
    with Engine(tmp_path, port=port) as engine:
        assert kept(engine, url) == ({"saved"}, {"saved"})


def test_it_ends_with_whoever_started_it_and_keeps_what_was_stored_since_its_last_save(tmp_path: Path) -> None:
    port = free_port()
    engine = Engine(tmp_path, port=port)
    engine.start()
    url = made(engine)
    engine.save()
    put(engine, url, "stored")
    process = engine._process
    assert process is not None
    assert process.stdin is not None
    # As the operating system does for a process that is killed.
    process.stdin.close()
    assert process.wait(60) is not None
    engine.stop()
    with Engine(tmp_path, port=port) as engine:
        assert kept(engine, url) == ({"stored"}, {"stored"})


def test_code_that_has_changed_is_deployed(tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)
    with Engine(tmp_path / "engine") as engine:
        for version in ("one", "two"):
            (code / "main.py").write_text(f"def handler(event, context):\n    return '{version}'\n")
            deploy(engine, {}, template=template)
            answer = engine.client("lambda").invoke(FunctionName="version")
            assert json.loads(answer["Payload"].read()) == version
            time.sleep(0.1)
