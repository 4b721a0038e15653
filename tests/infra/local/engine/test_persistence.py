"""The emulator as a process: what it keeps, however it ends, and what else it does before anything is deployed.

Whatever kills it, the state on disk is one that all services had at the same moment. To start it takes seconds: all
tests share one folder, and start it where it does not run.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.local.engine.deployment import deploy
from infra.local.engine.engine import Engine, EngineError, free_port

pytestmark = pytest.mark.engine
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


class Emulator:
    """One emulator after another, on the same folder and port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._engine = Engine(folder, port=free_port())
        self._runs = False

    @property
    def engine(self) -> Engine:
        """The one that runs; it is started where none does."""
        if not self._runs:
            self._engine.start()
            self._runs = True
        return self._engine

    def kill(self) -> None:
        """End it as a loss of power does."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self._engine.has_ended
        self.stop()

    def lose_parent(self) -> None:
        """End what it reads, as the operating system does where whoever started it is killed."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(60) is not None
        self.stop()

    def stop(self) -> None:
        """Stop it if it runs."""
        self._engine.stop()
        self._runs = False

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        process = self.engine._process
        assert process is not None
        return process


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    made = Emulator(tmp_path_factory.mktemp("emulator"))
    yield made
    made.stop()


@dataclass
class Stores:
    """A table and a queue, both of this name."""

    emulator: Emulator
    name: str

    def make(self) -> None:
        self.emulator.engine.client("dynamodb").create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        self.emulator.engine.client("sqs").create_queue(QueueName=self.name)

    @property
    def _url(self) -> str:
        return self.emulator.engine.client("sqs").get_queue_url(QueueName=self.name)["QueueUrl"]

    def put(self, what: str) -> None:
        self.emulator.engine.client("dynamodb").put_item(TableName=self.name, Item={"pk": {"S": what}})
        self.emulator.engine.client("sqs").send_message(QueueUrl=self._url, MessageBody=what)

    def kept(self) -> tuple[set[str], set[str]]:
        """What is in the table, and what is in the queue."""
        engine = self.emulator.engine
        items: list[Any] = engine.client("dynamodb").scan(TableName=self.name)["Items"]
        got = engine.client("sqs").receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages", [])
        return {item["pk"]["S"] for item in items}, {message.get("Body", "") for message in got}


def test_killed_it_goes_on_from_its_last_save_with_table_and_queue_of_the_same_moment(emulator: Emulator) -> None:
    stores = Stores(emulator, "killed")
    stores.make()
    stores.put("saved")
    emulator.engine.save()
    stores.put("lost")
    # Half of a new file, as a kill in the middle of a save leaves it.
    (emulator.folder / "services.new").write_text('{"dynamodb": {"tab')
    emulator.kill()
    assert stores.kept() == ({"saved"}, {"saved"})
    # That message was received and not deleted, by a process that ends now.
    emulator.engine.save()
    emulator.kill()
    assert stores.kept() == ({"saved"}, {"saved"})


def test_it_ends_with_whoever_started_it_and_keeps_what_was_stored_since_its_last_save(emulator: Emulator) -> None:
    stores = Stores(emulator, "left")
    stores.make()
    emulator.engine.save()
    stores.put("stored")
    emulator.lose_parent()
    assert stores.kept() == ({"stored"}, {"stored"})


def test_code_that_has_changed_is_deployed(emulator: Emulator, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)
    for version in ("one", "two"):
        (code / "main.py").write_text(f"def handler(event, context):\n    return '{version}'\n")
        deploy(emulator.engine, {}, template=template)
        answer = emulator.engine.client("lambda").invoke(FunctionName="version")
        assert json.loads(answer["Payload"].read()) == version
        time.sleep(0.1)


def test_a_template_that_the_engine_refuses_is_told(emulator: Emulator, tmp_path: Path) -> None:
    broken = tmp_path / "template.yaml"
    broken.write_text("Transform: AWS::Serverless-2016-10-31\nResources: {}\n")
    with pytest.raises(EngineError, match="embedded cloud"):
        deploy(emulator.engine, {}, template=broken)


def test_ctrl_c_in_the_terminal_does_not_reach_it(emulator: Emulator) -> None:
    assert os.getpgid(emulator.process.pid) != os.getpgid(0)
