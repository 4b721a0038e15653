"""The whole embedded cloud: the engine with the template, stand-ins for Comprehend and Bedrock, and phones."""

import json
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from logging import StreamHandler
from pathlib import Path
from typing import Any, cast

from botocore.model import StructureShape

from earshot.bootstrap import Bootstrap
from earshot.cases.store.case_table import CaseTable
from infra.local.bedrock_api import BedrockApi
from infra.local.case_table import CaseTableContents, read_case_table
from infra.local.comprehend_api import ComprehendApi
from infra.local.engine.deployment import deploy
from infra.local.engine.engine import Engine
from infra.local.inbox import Inbox
from infra.local.recipients import RECIPIENTS
from infra.ops.bootstrap import wire
from infra.ops.stack import Stack

_LONG_AGO = datetime(1970, 1, 2, 0, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cloud:
    """A deployed Earshot on this machine."""

    engine: Engine
    stack: Stack
    inbox: Inbox
    comprehend: ComprehendApi
    bedrock: BedrockApi

    @property
    def api_url(self) -> str:
        """The URL of the staff's API."""
        return self.stack.outputs["ApiUrl"]

    @property
    def console_url(self) -> str:
        """The URL of the console."""
        return self.stack.outputs["ConsoleUrl"]

    @property
    def wired(self) -> Bootstrap:
        """The deployed tables, topic and queue, as the functions wire them."""
        return wire(self.engine.session, self.stack)

    @property
    def case_table(self) -> CaseTable:
        """The deployed case table."""
        return self.wired.case_table

    def settle_mailboxes(self) -> None:
        """Subscribe the mailboxes of the parameters and the roster as the escalator does, and let them be in force."""
        wired = self.wired
        for _ in range(2):
            # The second time it sees them confirmed.
            wired.mailbox_keeper.keep(wired.team(), _LONG_AGO)
        self.inbox.refresh()

    def stored(self) -> CaseTableContents:
        """Everything that the case table holds."""
        return read_case_table(self.engine.client("dynamodb"), self.stack.outputs["CaseTableName"])

    def give_x_token(self, token: str) -> None:
        """Store the bearer token in the secret that the fetcher reads."""
        self.engine.client("secretsmanager").put_secret_value(
            SecretId=self.stack.outputs["XSecretArn"], SecretString=json.dumps({"bearer_token": token})
        )


@contextmanager
def functions_log(file: Path) -> Generator[None]:
    """Append what the functions print (log lines, metrics) to a file, as on AWS it goes to CloudWatch."""
    outside = sys.stdout
    with file.open("a", encoding="utf-8") as lines, redirect_stdout(lines):
        from earshot.telemetry.powertools import logger

        # The logger keeps the output that there was when it was made, which may have been before.
        handlers = [cast("StreamHandler[Any]", one) for one in logger.handlers if isinstance(one, StreamHandler)]
        before = [(handler, handler.setStream(lines)) for handler in handlers]
        try:
            yield
        finally:
            for handler, stream in before:
                handler.setStream(stream or outside)


@contextmanager
def embedded_cloud(
    state: Path,
    brands: Sequence[str],
    *,
    parameters: Mapping[str, str] | None = None,
    triggers: bool = True,
    port: int = 0,
    hosted: bool = False,
    enforces_iam: bool | None = None,
    held: int | None = None,
    shortcuts: bool = True,
) -> Generator[Cloud]:
    """Start everything, deploy the template, and stop at the end of the block; ``state`` keeps what was stored.

    ``parameters`` are the template's, on top of those for the brand's handles and the recipients of alerts. ``hosted``,
    ``enforces_iam``, ``held`` and ``shortcuts`` are those of ``Engine``.
    """
    with (
        ComprehendApi() as comprehend,
        BedrockApi() as bedrock,
        Engine(
            state,
            port=port,
            environ=_endpoints(comprehend, bedrock),
            hosted=hosted,
            enforces_iam=enforces_iam,
            held=held,
            shortcuts=shortcuts,
        ) as engine,
    ):
        engine.line.stand_ins[comprehend.url] = comprehend.answer_at_once
        given = {"BrandHandles": ",".join(brands), "SignInUrl": engine.url, **RECIPIENTS, **(parameters or {})}
        stack = deploy(engine, given, triggers=triggers)
        inbox = Inbox(engine, stack, state / "inbox.jsonl")
        cloud = Cloud(engine, stack, inbox, comprehend, bedrock)
        cloud.settle_mailboxes()
        _allow_local_redirects(cloud)
        engine.save()
        yield cloud


def _endpoints(comprehend: ComprehendApi, bedrock: BedrockApi) -> dict[str, str]:
    """Where boto3 finds the stand-ins."""
    return {"AWS_ENDPOINT_URL_COMPREHEND": comprehend.url, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock.url}


def _allow_local_redirects(cloud: Cloud) -> None:
    """Allow the sign-in to redirect to the console also where a browser writes ``$default``, the stage, as it is."""
    cognito = cloud.engine.client("cognito-idp")
    key = {"UserPoolId": cloud.stack.outputs["UserPoolId"], "ClientId": cloud.stack.outputs["UserPoolClientId"]}
    client = cognito.describe_user_pool_client(**key)["UserPoolClient"]
    shape = cognito.meta.service_model.operation_model("UpdateUserPoolClient").input_shape
    kept = cast("StructureShape", shape).members
    urls = [cloud.console_url, cloud.console_url.replace("%24", "$")]
    settings = {name: value for name, value in client.items() if name in kept and value != ""}
    update = cast("Callable[..., object]", cognito.update_user_pool_client)
    update(**settings | {"CallbackURLs": urls, "LogoutURLs": urls})
