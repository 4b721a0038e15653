"""The embedded cloud's engine: MiniStack, on loopback, as a child process or within this one.

Only this folder knows which emulator it is. It keeps its state in a folder from one start to the next; ``environ`` and
``client`` lead boto3 to it.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from earshot.errors import EarshotError
from infra.local.engine.direct_line import DirectLine
from infra.local.engine.host import Host
from infra.local.engine.session import kept_clients, loopback_session
from infra.paths import ROOT

HOST = "127.0.0.1"
REGION: Final = "eu-west-1"
# Where `earshot run` listens, so that other commands find it.
RUN_PORT = 4599
# Beside what `earshot run` stores, whatever --state says.
_PORT_FILE = ROOT / ".earshot" / "port"
ACCOUNT = "000000000000"
START_SECONDS = 120
# A graceful stop writes the state to disk; killed sooner, the emulator forgets what came since its start.
STOP_SECONDS = 60
_IMPATIENT = Config(connect_timeout=1, retries={"total_max_attempts": 1})


class EngineError(EarshotError):
    """The embedded cloud failed: the message says what it refused, or where its log is."""


class Engine:
    """One emulator. ``state`` is the folder it keeps its state and log in; ``port`` 0 takes a free one.

    ``hosted`` runs it in this process, where the functions' calls take a fifth of the time. A process can do so once.

    With ``enforces_iam``, the default unless hosted, a function may do what its role grants, as on AWS; ``client`` may
    do all. The functions of a hosted one run in the name of the account; ``line.gate`` can hold them to their roles.

    ``environ`` goes to the functions that it runs: where the stand-ins for Comprehend and X are, for example. ``held``
    is a file descriptor that it keeps open as long as it runs: a lock on the state. ``shortcuts`` are the host's.
    """

    def __init__(
        self,
        state: Path,
        *,
        port: int = 0,
        environ: Mapping[str, str] | None = None,
        hosted: bool = False,
        enforces_iam: bool | None = None,
        held: int | None = None,
        shortcuts: bool = True,
    ) -> None:
        self.state = state
        self.port = port or free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.log = state / "engine.log"
        self._environ = dict(environ or {})
        self._enforces_iam = not hosted if enforces_iam is None else enforces_iam
        self._held = () if held is None else (held,)
        self.line = DirectLine(self.url, ACCOUNT)
        """Takes the requests of a session past HTTP where the emulator is hosted."""
        self.session = loopback_session(self.url, REGION, ACCOUNT, self.line)
        self.client = kept_clients(self.session).client
        """A boto3 client of this cloud and no other."""
        self.host = Host(self.log, shortcuts=shortcuts) if hosted else None
        """The emulator within this process; None where it is a process of its own."""
        self._process: subprocess.Popen[bytes] | None = None
        self._log_file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the emulator and wait until it answers. EngineError where it does not."""
        with socket.socket() as probe:
            if probe.connect_ex((HOST, self.port)) == 0:
                why = f"Port {self.port} is taken: is another `earshot run` running?"
                raise EngineError(f"{why} Stop that one first, or choose another with `earshot run --port`.")
        self.state.mkdir(parents=True, exist_ok=True)
        if self.host is not None:
            self.host.start(self._emulator_environ())
            self.line.lead_to(self.host.dispatch, None if self._enforces_iam else self.host.shortcuts(ACCOUNT))
            return
        self._log_file = self.log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.engine.emulator"],
            cwd=ROOT,
            env=self._process_environ(),
            # It ends when its input does: a process that is killed leaves no emulator behind.
            stdin=subprocess.PIPE,
            stdout=self._log_file,
            stderr=subprocess.STDOUT,
            # Ctrl-C in the terminal must not reach the emulator: the parent process stops it gracefully.
            start_new_session=True,
            pass_fds=self._held,
        )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise EngineError(f"The embedded cloud ended as it started: see {self.log}.")
            if self.answers():
                return
            time.sleep(0.05)
        self.stop()
        raise EngineError(f"The embedded cloud did not answer within {START_SECONDS} s: see {self.log}.")

    def stop(self) -> None:
        """Stop the emulator so that it writes its state."""
        if self.host is not None:
            self.line.lead_to(None)
            self.host.stop()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None
        if self._log_file is not None:
            self._log_file.close()
            self._log_file = None

    def save(self) -> None:
        """Write the state to disk now: nothing of it is lost if the emulator is killed. EngineError says why not."""
        request = urllib.request.Request(f"{self.url}/_earshot/save", method="POST")  # noqa: S310 - loopback
        try:
            urllib.request.urlopen(request, timeout=STOP_SECONDS).close()  # noqa: S310
        except urllib.error.HTTPError as error:
            raise EngineError(f"The embedded cloud could not write its state: {error.read().decode()}") from None
        except OSError as error:
            raise EngineError(f"The embedded cloud does not answer ({error}): see {self.log}.") from None

    @property
    def has_ended(self) -> bool:
        """Whether the emulator's process has ended, though nobody stopped it."""
        return self._process is not None and self._process.poll() is not None

    def answers(self) -> bool:
        """Whether something that speaks AWS's protocol answers on the port, asked once and for a second at most."""
        try:
            self.client("sts", config=_IMPATIENT).get_caller_identity()
        except (BotoCoreError, ClientError):
            return False
        return True

    def checkout(self) -> str:
        """The folder of the checkout in which the emulator runs; empty where it does not say."""
        try:
            with urllib.request.urlopen(f"{self.url}/_earshot/checkout", timeout=STOP_SECONDS) as answer:  # noqa: S310
                return answer.read().decode() if answer.status == 200 else ""
        except OSError:
            return ""

    def text_messages(self) -> list[dict[str, Any]]:
        """What SNS was asked to send straight to a number, in order for each: its id, number, text and attributes."""
        sent = self._sent_texts() if self.host is None else self.host.text_messages(ACCOUNT)
        return [
            {
                "id": one["MessageId"],
                "to": phone,
                "text": one["Message"],
                "attributes": {name: value.get("StringValue") for name, value in one["MessageAttributes"].items()},
            }
            for phone, messages in sent.items()
            for one in messages
        ]

    def _sent_texts(self) -> dict[str, list[dict[str, Any]]]:
        url = f"{self.url}/_ministack/sns/sms-messages"
        with urllib.request.urlopen(url, timeout=START_SECONDS) as answer:  # noqa: S310 - loopback
            return json.load(answer)["sms_messages"]

    @property
    def environ(self) -> dict[str, str]:
        """Environment variables that lead boto3 to this cloud, for functions and commands in other processes."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "embedded",
            # As on Lambda, where a function has one processor: threads of one small product wait for each other.
            "OPENBLAS_NUM_THREADS": "1",
            **self._environ,
        }

    def _process_environ(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        # The functions run with this interpreter and what is installed for it.
        own = {"TMPDIR": str(self._tmp()), "PYTHONDONTWRITEBYTECODE": ""}
        return inherited | self.environ | self._emulator_environ() | own

    def _emulator_environ(self) -> dict[str, str]:
        return {
            "BIND_HOST": HOST,
            "MINISTACK_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str((self.state / "services").resolve()),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str((self.state / "s3").resolve()),
            "LOG_LEVEL": "WARNING",
            "AUTH": "true" if self._enforces_iam else "false",
        }

    def _tmp(self) -> Path:
        folder = (self.state / "tmp").resolve()
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def running() -> Engine:
    """The engine that `earshot run` has started in this checkout. EngineError where none answers, or that of another.

    It is on ``RUN_PORT``, or where its ``--port`` said.
    """
    ports = dict.fromkeys((RUN_PORT, _port_of_run()))
    answering = [engine for port in ports if port and (engine := Engine(Path(), port=port)).answers()]
    owners = {engine.checkout(): engine for engine in reversed(answering)}
    if str(ROOT) in owners:
        return owners[str(ROOT)]
    if owners:
        other = next(iter(owners))
        raise EngineError(
            f"The embedded cloud on port {owners[other].port} runs in {other or 'no checkout'}, and this is {ROOT}. "
            "Use --local there, or start one here with `earshot run --port N`."
        )
    raise EngineError(f"No embedded cloud answers on port {RUN_PORT}: start one with `earshot run`.")


@contextlib.contextmanager
def told_port(port: int) -> Generator[None]:
    """Note where `earshot run` of this checkout listens, for other commands, until the end of the block."""
    _PORT_FILE.parent.mkdir(parents=True, exist_ok=True)
    _PORT_FILE.write_text(str(port))
    try:
        yield
    finally:
        if _port_of_run() == port:
            _PORT_FILE.unlink(missing_ok=True)


def _port_of_run() -> int:
    """Where `earshot run` of this checkout said that it listens; 0 where it said nothing."""
    try:
        return int(_PORT_FILE.read_text())
    except (OSError, ValueError):
        return 0


def free_port() -> int:
    """A free port on 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def environment(variables: Mapping[str, str]) -> Generator[None]:
    """``os.environ`` with these variables, and without others that would lead boto3 to a real account."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
