"""``earshot run`` from one start to the next, however it ended: no alert is lost, and none is sent more than twice.

One process after another works on the same folder. Each is a real one, with the real triggers.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from earshot.cases.policy.table import PolicyTable
from earshot.mentions.mention import Author
from earshot.runtime import utc_now
from infra.local.case_table import read_case_table
from infra.local.engine.deployment import STACK
from infra.local.engine.engine import Engine, free_port
from infra.local.engine.state_lock import StateInUseError, StateLock
from infra.local.run import run
from infra.local.x.api import XApi
from infra.ops.bootstrap import wire
from infra.ops.stack import Stack, describe
from infra.paths import ROOT
from tests.api.fakes import case_id
from tests.fakes import NOTHING_WAITS, a_mention

pytestmark = pytest.mark.engine

DEADLINE_SECONDS = 120
SMOKE = "@NimbusAir the cabin is full of smoke and my daughter cannot breathe, nobody helps us"
LISTEN = """
import signal, sys, threading
from pathlib import Path
from infra.local.run import run
from infra.local.x.api import XApi
stopped = threading.Event()
signal.signal(signal.SIGINT, lambda *_: stopped.set())
run(Path(sys.argv[1]), stopped, port=int(sys.argv[2]))
"""


class Listening:
    """One `earshot run` after another, on one folder, with a token that X refuses: posts are put into the queue."""

    def __init__(self, folder: Path, x: XApi) -> None:
        self.folder = folder
        self.x = x
        self.port = free_port()
        self.engine = Engine(Path(), port=self.port)
        self.process: subprocess.Popen[bytes]
        self.stack: Stack
        self.posts = 0
        self.output = folder.with_suffix(".out")

    def start(self) -> None:
        """Start it, and wait until it follows what happens."""
        x = {"X_BEARER_TOKEN": "wrong", "BRAND_HANDLES": "NimbusAir", "X_API_URL": self.x.url}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-c", LISTEN, str(self.folder), str(self.port)],
                cwd=ROOT, env={**os.environ, **x}, stdout=output, stderr=output,
            )  # fmt: skip
        eventually(lambda: "Stop   Ctrl-C" in self.printed or self.process.poll() is not None)
        assert self.process.poll() is None, self.printed
        self.stack = describe(self.engine.client("cloudformation"), STACK)

    @property
    def printed(self) -> str:
        """What this process has printed."""
        return self.output.read_text()

    def let_nothing_wait(self) -> None:
        """No alert waits for others, as they do for minutes by default."""
        table = PolicyTable(self.engine.client("dynamodb"), self.stack.outputs["CaseTableName"])
        table.write(NOTHING_WAITS, utc_now())

    def end(self, number: signal.Signals) -> None:
        """Send it a signal, and wait until nothing of it runs any more."""
        self.process.send_signal(number)
        self.process.wait(DEADLINE_SECONDS)
        eventually(lambda: not self.engine.answers())

    def post(self) -> str:
        """A customer in danger posts; returns the id of the case that it opens."""
        self.posts += 1
        number = str(self.posts)
        author = Author(f"a{number}", f"customer{number}", f"Customer {number}", followers=10)
        mention = a_mention(number, SMOKE, author=author, created_at=utc_now(), conversation_id=number)
        wire(self.engine.session, self.stack).mention_queue.send([mention])
        return case_id(number, author.id)

    def told(self) -> Counter[str]:
        """How many SMS there have been about each case, by what it was about."""
        file = self.folder / "x" / "cloud" / "inbox.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        messages = [json.loads(line) for line in lines]
        return Counter(case for one in messages if one["channel"] == "sms" for case in one["case"].split(","))

    def link(self) -> str:
        """The link in the last SMS."""
        lines = map(json.loads, (self.folder / "x" / "cloud" / "inbox.jsonl").read_text().splitlines())
        (*_, last) = (one for one in lines if one["channel"] == "sms")
        return next(word for word in last["text"].split() if word.startswith("http"))

    def notifier_reads(self, is_on: bool) -> None:
        """Whether the notifier reads the stream."""
        functions = self.engine.client("lambda")
        name = self.stack.function("NotifyFunction")
        (mapping,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        functions.update_event_source_mapping(UUID=mapping.get("UUID", ""), Enabled=is_on)

    def stored(self, case: str) -> bool:
        """Whether a case is in the table."""
        contents = read_case_table(self.engine.client("dynamodb"), self.stack.outputs["CaseTableName"])
        return case in {one.id for one in contents.cases}

    def saved_as_told(self, case: str) -> bool:
        """Whether the state on disk has that an SMS about the case went out."""
        tables = json.loads((self.folder / "x" / "cloud" / "services.json").read_text())["dynamodb"]["tables"]
        return any(
            item["pk"]["S"] == f"CASE#{case}" and item["sk"]["S"].endswith("#sms") and item["outcome"]["S"] == "sent"
            for item in _items(tables)
            if item["sk"]["S"].startswith("ALERT#")
        )

    def fetch(self) -> None:
        """Fetch at once, which the schedule does once a minute."""
        self.engine.client("lambda").invoke(FunctionName=self.stack.function("FetchFunction"), Payload=b"{}")


def _items(stored: Any) -> Iterator[dict[str, Any]]:
    """The items of the tables with a sort key, however deep they lie in what the emulator stores."""
    if isinstance(stored, dict):
        if isinstance(stored.get("pk"), dict) and "sk" in stored:
            yield stored
        else:
            for part in stored.values():
                yield from _items(part)


def eventually(happens: Callable[[], Any]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Listening]:
    with XApi(handles=["NimbusAir"], until=utc_now) as x:
        made = Listening(tmp_path / "state", x)
        try:
            yield made
        finally:
            made.process.send_signal(signal.SIGINT)
            made.process.wait(DEADLINE_SECONDS)


def test_no_alert_is_lost_or_multiplied_however_it_ends(listening: Listening) -> None:
    listening.start()
    listening.let_nothing_wait()
    # The token is wrong, and that is said at once; so is when it is right.
    eventually(lambda: "DEAF" in listening.printed)
    assert "bearer token" in next(line for line in listening.printed.splitlines() if "DEAF" in line)
    secret = {"bearer_token": listening.x.token}
    listening.engine.client("secretsmanager").put_secret_value(
        SecretId=listening.stack.outputs["XSecretArn"], SecretString=json.dumps(secret)
    )
    listening.fetch()
    eventually(lambda: "HEARS" in listening.printed)
    first = listening.post()
    eventually(lambda: listening.told()[first])
    # The link in the alert leads somewhere.
    assert listening.link().startswith(listening.engine.url)
    with urllib.request.urlopen(listening.link(), timeout=60) as answer:
        assert answer.status == 200

    # A second process is refused, and takes nothing away, though it wanted to start afresh.
    with pytest.raises(StateInUseError, match="stop that one first"):
        run(listening.folder, threading.Event(), fresh=True)

    # Ctrl-C, with one case in the stream that the notifier has not read, and one post in the queue.
    listening.notifier_reads(False)
    unread = listening.post()
    eventually(lambda: listening.stored(unread))
    queued = listening.post()
    listening.end(signal.SIGINT)

    listening.start()
    listening.notifier_reads(True)
    after = listening.post()
    eventually(lambda: {first, unread, queued, after} <= set(listening.told()))
    assert set(listening.told().values()) == {1}

    # Killed: what was stored is there all the same, and the emulator does not live on.
    late = listening.post()
    eventually(lambda: listening.told()[late])
    # The state is saved every few seconds: of a message that went out since, it would know nothing, and send it again.
    eventually(lambda: listening.saved_as_told(late))
    listening.end(signal.SIGKILL)
    listening.start()
    last = listening.post()
    eventually(lambda: listening.told()[last])
    told = listening.told()
    assert set(told) == {first, unread, queued, after, late, last}
    assert max(told.values()) == 1


def test_the_lock_outlives_whoever_took_it_as_long_as_a_child_works_on_the_folder(tmp_path: Path) -> None:
    with StateLock(tmp_path) as lock:
        child = subprocess.Popen(["sleep", "1"], pass_fds=[lock.descriptor])
    lock.file.write_text("999999999")
    began = time.monotonic()
    with StateLock(tmp_path):
        assert child.poll() is not None or time.monotonic() - began >= 0.5
    child.wait()
