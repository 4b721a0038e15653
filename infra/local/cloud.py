"""The whole embedded cloud: the engine with the deployed template, Comprehend's stand-in, and people's phones."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from earshot.cases.store.case_table import CaseTable
from infra.local.comprehend_api import ComprehendApi
from infra.local.engine.deployment import deploy
from infra.local.engine.engine import Engine
from infra.local.inbox import Inbox
from infra.local.people import PEOPLE
from infra.ops.stack import Stack
from infra.replay.export import Stored, read_table


@dataclass(frozen=True, slots=True)
class Cloud:
    """A deployed Earshot on this machine."""

    engine: Engine
    stack: Stack
    inbox: Inbox
    comprehend: ComprehendApi

    @property
    def api_url(self) -> str:
        """Where the staff's API answers: the engine also serves it by path, which every resolver can find."""
        return f"{self.engine.url}/_aws/execute-api/{self.stack.resources['HttpApi']}/%24default"

    @property
    def console_url(self) -> str:
        """Where the console opens."""
        return f"{self.api_url}/console/index.html"

    @property
    def case_table(self) -> CaseTable:
        """The deployed case table, for whoever holds the clock."""
        retention = timedelta(days=int(self.stack.outputs["RetentionDays"]))
        return CaseTable(self.engine.client("dynamodb"), self.stack.outputs["CaseTableName"], retention)

    def stored(self) -> Stored:
        """Everything that the case table holds."""
        return read_table(self.engine.client("dynamodb"), self.stack.outputs["CaseTableName"])

    def give_x_token(self, token: str) -> None:
        """Store the bearer token where the fetcher looks for it."""
        self.engine.client("secretsmanager").put_secret_value(
            SecretId=self.stack.outputs["XSecretArn"], SecretString=json.dumps({"bearer_token": token})
        )


@contextmanager
def functions_log(file: Path) -> Iterator[None]:
    """What the functions print (log lines, metrics) goes to a file, as on AWS it goes to CloudWatch."""
    with file.open("a", encoding="utf-8") as lines, redirect_stdout(lines):
        yield


@contextmanager
def embedded_cloud(
    state: Path,
    brands: Sequence[str],
    *,
    parameters: Mapping[str, str] | None = None,
    triggers: bool = True,
    port: int = 0,
) -> Iterator[Cloud]:
    """Start everything, deploy, and stop it in good order; what is in ``state`` is there again at the next start.

    ``parameters`` are the template's, on top of those that say who the brand is and who gets the alerts.
    """
    with (
        ComprehendApi() as comprehend,
        Engine(state, port=port, environ={"AWS_ENDPOINT_URL_COMPREHEND": comprehend.url}) as engine,
    ):
        given = {"BrandHandles": ",".join(brands), "SignInUrl": engine.url, **PEOPLE, **(parameters or {})}
        stack = deploy(engine, given, triggers=triggers)
        inbox = Inbox(engine, stack, state / "inbox.jsonl")
        inbox.open()
        cloud = Cloud(engine, stack, inbox, comprehend)
        _let_in(cloud)
        yield cloud


def _let_in(cloud: Cloud) -> None:
    """Let the sign-in lead to where the console is here: the host name that the template gives is found by nobody."""
    cognito = cloud.engine.client("cognito-idp")
    key = {"UserPoolId": cloud.stack.outputs["UserPoolId"], "ClientId": cloud.stack.outputs["UserPoolClientId"]}
    client = cognito.describe_user_pool_client(**key)["UserPoolClient"]
    kept = set(cognito.meta.service_model.operation_model("UpdateUserPoolClient").input_shape.members)
    urls = [cloud.console_url, cloud.console_url.replace("%24", "$")]
    said = {name: value for name, value in client.items() if name in kept and value != ""}
    cognito.update_user_pool_client(**said | {"CallbackURLs": urls, "LogoutURLs": urls})
