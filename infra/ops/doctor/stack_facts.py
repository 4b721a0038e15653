"""What AWS says of one deployed stack: the facts for deployment.py, sign_in.py and x.py."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import requests

from earshot.alerting.recipients.subscriptions import Subscriptions
from earshot.errors import EarshotError
from infra.aws_session import AwsSession
from infra.ops.access.users import DeployedUsers, User
from infra.ops.dead_letters.queues import MEANING
from infra.ops.doctor.checks.deployment import Versions
from infra.ops.stack import Stack
from infra.paths import FUNCTIONS

# Every function carries the same code; that of the smallest role is read.
_FUNCTION = "ConsoleFunction"
_TIMEOUT = (3.0, 8.0)
_MOST_BYTES = 50_000_000
# What a build leaves out, adds, or compiles: not what somebody wrote.
_WRITTEN = frozenset({".py", ".js", ".css", ".html", ".json", ".svg"})


class StackFacts:
    """Asks about one stack. Methods raise ClientError and BotoCoreError, and StackError where it is not Earshot's."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        self._session, self._stack = session, stack

    def dead_letters(self) -> dict[str, int]:
        """How many messages wait in each dead-letter queue."""
        sqs = self._session.client("sqs")
        counts: dict[str, int] = {}
        for queue in MEANING:
            url = self._stack.resource(queue)
            answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
            counts[queue] = int(answer["Attributes"]["ApproximateNumberOfMessages"])
        return counts

    def operators(self) -> Subscriptions:
        """The mail subscriptions of the topic for alarms."""
        return Subscriptions(self._session.client("sns"), self._stack.output("OperatorTopicArn"))

    def users(self) -> list[User]:
        """Everybody with an account, each with the groups that they are in."""
        return DeployedUsers(self._session, self._stack).users()

    def sign_in_url(self) -> str:
        """Where staff sign in, as the console tells them."""
        configuration = self._session.client("lambda").get_function_configuration(
            FunctionName=self._stack.function(_FUNCTION)
        )
        return configuration.get("Environment", {}).get("Variables", {}).get("SIGN_IN_URL", "")

    def versions(self, here: str) -> Versions:
        """The deployed version beside that of this checkout, ``here``, and the files that differ."""
        deployed = self._stack.outputs.get("Version")
        if deployed != here:
            return Versions(deployed, here)
        answer = cast(Any, self._session.client("lambda")).get_function(FunctionName=self._stack.function(_FUNCTION))
        location = str(answer.get("Code", {}).get("Location", ""))
        return Versions(deployed, here, tuple(differing_files(_download(location), FUNCTIONS)))


def status_of(url: str) -> int:
    """The HTTP status of a page. EarshotError where nothing answers."""
    try:
        answer = requests.get(url, timeout=_TIMEOUT, allow_redirects=False, stream=True)
    except requests.RequestException as error:
        raise EarshotError(f"{url} does not answer ({type(error).__name__})") from None
    answer.close()
    return answer.status_code


def differing_files(package: bytes, source: Path) -> Iterator[str]:
    """The written files of a function's package (a zip) that are not the same below ``source``, or in one alone."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        deployed = {
            name: hashlib.sha256(archive.read(name)).digest()
            for name in archive.namelist()
            if Path(name).suffix in _WRITTEN
        }
    here = {
        file.relative_to(source).as_posix(): hashlib.sha256(file.read_bytes()).digest()
        for file in source.rglob("*")
        if file.suffix in _WRITTEN and ".egg-info" not in str(file)
    }
    yield from sorted(name for name in {*deployed, *here} if deployed.get(name) != here.get(name))


def _download(url: str) -> bytes:
    try:
        answer = requests.get(url, timeout=_TIMEOUT)
        answer.raise_for_status()
    except requests.RequestException as error:
        # The address is signed, and opens the package to whoever has it.
        raise EarshotError(f"The deployed package cannot be read ({type(error).__name__})") from None
    if len(answer.content) > _MOST_BYTES:
        raise EarshotError("The deployed package is larger than a package of Earshot")
    return answer.content
