"""The roles of the deployed functions, held against every call that a function makes in a test.

The embedded cloud of most tests runs in their own process, where whoever asks is the account itself. So each call is
put to the policies that the stack has given to the role of the function. What these grant not is refused, as on AWS,
and the test fails at its end: also where the function does without.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import get_ident
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.model import OperationModel
from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document

from infra.local.engine.access import leading_keys
from infra.local.engine.engine import ACCOUNT, REGION, Engine
from infra.local.lambdas.entry_files import name_in_template
from infra.local.lambdas.invoker import Invoker
from infra.ops.stack import Stack

IN_A_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
Asked = tuple[str, str, list[str]]
"""An action, what it is asked of, and the partition keys that the request names."""


@dataclass
class Roles:
    """``used`` counts the actions that the functions asked for, by role; ``denied`` are those that a role lacks.

    Of all stacks of an engine.
    """

    engine: Engine
    used: Counter[tuple[str, str]] = field(default_factory=Counter)
    denied: list[tuple[str, str, str, list[str]]] = field(default_factory=list)
    policies: dict[str, list[Any]] = field(default_factory=dict)
    """Of each role, by its physical name."""
    _running: list[tuple[int, Stack, str]] = field(default_factory=list)

    @classmethod
    def of(cls, engine: Engine) -> "Roles":
        """Those that are in force on this engine, with nothing counted yet."""
        roles = _IN_FORCE[engine.url]
        roles.used.clear()
        roles.denied.clear()
        return roles

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Let each function that an invoker calls do what its role grants, until the end of the block."""
        invoke, roles = Invoker.invoke, self

        def as_its_role(invoker: Invoker, module: str, event: Any, **wiring: Any) -> Any:
            if invoker._engine is not roles.engine:
                return invoke(invoker, module, event, **wiring)
            role = f"{name_in_template(module)}Role"
            call = (get_ident(), invoker._stack, role)
            roles._running.append(call)
            try:
                return invoke(invoker, module, event, **wiring)
            finally:
                roles._running.remove(call)

        _IN_FORCE[self.engine.url] = self
        self.engine.line.gate = self.ask
        try:
            with patch.object(Invoker, "invoke", as_its_role):
                yield
        finally:
            self.engine.line.gate = None
            del _IN_FORCE[self.engine.url]

    def ask(self, model: OperationModel, params: Mapping[str, Any]) -> tuple[AWSResponse, Any] | None:
        """Let a call of a function pass, or refuse it as AWS does."""
        if not self._running:
            return None
        # A function that the emulator calls runs beside those of the test. What a function starts itself is its own.
        of_this_thread = [call for call in self._running if call[0] == get_ident()]
        _, stack, role = (of_this_thread or self._running)[-1]
        policies = self._policies(stack.resources[role])
        missing: list[str] = []
        for action, resource, keys in self._asked(stack, model, asked_in(params)):
            self.used[role, action] += 1
            context = EvalContext("", "AssumedRole", ACCOUNT, action, resource, REGION)
            context.service_context = {"dynamodb:leadingkeys": keys} if keys else {}
            if evaluate(context, policies).decision != "Allow":
                self.denied.append((role, action, resource, keys))
                missing.append(action)
        if not missing:
            return None
        code = _REFUSALS.get(model.service_model.signing_name, "AccessDeniedException")
        said = f"The role {role} is not authorized to perform: {', '.join(missing)}"
        parsed = {"Error": {"Code": code, "Message": said}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        return AWSResponse(params["url"], 403, {}, None), parsed

    def _policies(self, role: str) -> list[Any]:
        if role not in self.policies:
            self.policies[role] = _policies_of(self.engine.client("iam"), role)
        return self.policies[role]

    def _asked(self, stack: Stack, model: OperationModel, given: Mapping[str, Any]) -> Iterator[Asked]:
        yield from _asked(model, given)
        if model.name == "Publish" and "TopicArn" in given:
            # SNS encrypts with the key of the topic, in the name of who publishes. The emulator knows no such key.
            key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{stack.resources['TopicKey']}"
            yield "kms:Decrypt", key, []
            yield "kms:GenerateDataKey", key, []


_IN_FORCE: dict[str, Roles] = {}
# What the services call it, other than the rest.
_REFUSALS = {"sns": "AuthorizationError", "sqs": "AccessDenied"}


def _policies_of(iam: Any, role: str) -> list[Any]:
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    inline = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    assert inline, f"{role} has no policy"
    return [parse_policy_document(document) for document in inline]


def asked_in(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a request asks for. Some reads of the embedded cloud have no body: nothing but this process reads it."""
    if "asked" in params:
        return params["asked"]
    body = params["body"]
    return json.loads(body) if isinstance(body, bytes | str) and body else body or {}


def _asked(model: OperationModel, given: Mapping[str, Any]) -> Iterator[Asked]:
    """What IAM is asked about a call: a batch or a transaction is what is in it."""
    service, operation = model.service_model.signing_name, model.name
    match service:
        case "dynamodb" if operation == "TransactWriteItems":
            for item in given["TransactItems"]:
                ((kind, part),) = item.items()
                yield f"dynamodb:{IN_A_TRANSACTION[kind]}", _table(part), leading_keys(part)
        case "dynamodb" if operation in ("BatchGetItem", "BatchWriteItem"):
            for name in given["RequestItems"]:
                yield f"dynamodb:{operation}", _table({"TableName": name}), leading_keys(given)
        case "dynamodb":
            yield f"dynamodb:{operation}", _table(given), leading_keys(given)
        case "sqs":
            name = given["QueueUrl"].rpartition("/")[2]
            yield f"sqs:{operation.removesuffix('Batch')}", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", []
        case "sns":
            # A number is no ARN, and IAM has no resource type for a subscription.
            yield f"sns:{operation}", given.get("TopicArn") or given.get("PhoneNumber") or "*", []
        case "secretsmanager":
            yield f"secretsmanager:{operation}", given["SecretId"], []
        case "cognito-idp":
            arn = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{given['UserPoolId']}"
            yield f"cognito-idp:{operation}", arn, []
        case "comprehend":
            yield f"comprehend:{operation}", "*", []
        case _:
            # The reader's policy is only there where a model is named, and the stack of the tests names none.
            assert service == "bedrock", f"{service}:{operation} is not known here"


def _table(given: Mapping[str, Any]) -> str:
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{given['TableName']}"
    return f"{arn}/index/{given['IndexName']}" if "IndexName" in given else arn
