"""The roles of the deployed functions, held against every call that a function makes in a test.

The embedded cloud of most tests runs in their own process, where whoever asks is the account itself. So each call is
put to the policies that the stack has given to the role of the function, and the test fails where these grant it not:
also where the function does without what it was refused.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.model import OperationModel
from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document

from infra.local.cloud import Cloud
from infra.local.engine.access import leading_keys
from infra.local.engine.engine import ACCOUNT, REGION
from infra.local.lambdas.entry_files import name_in_template
from infra.local.lambdas.invoker import Invoker

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
    """``used`` counts the actions that the functions asked for, by role; ``denied`` are those that a role lacks."""

    cloud: Cloud
    used: Counter[tuple[str, str]] = field(default_factory=Counter)
    denied: list[tuple[str, str, str, list[str]]] = field(default_factory=list)
    _running: list[str] = field(default_factory=list)

    def watching(self) -> Any:
        """A context in which each function that an invoker of this stack calls is known by its role."""
        invoke, roles = Invoker.invoke, self

        def known(invoker: Invoker, module: str, event: Any, **wiring: Any) -> Any:
            if invoker._stack is not roles.cloud.stack:
                return invoke(invoker, module, event, **wiring)
            roles._running.append(f"{name_in_template(module)}Role")
            try:
                return invoke(invoker, module, event, **wiring)
            finally:
                roles._running.pop()

        return patch.object(Invoker, "invoke", known)

    def check(self, model: OperationModel, params: Mapping[str, Any]) -> None:
        """Note a call of a function, and whether its role may make it."""
        if not self._running:
            return
        role = self._running[-1]
        for action, resource, keys in _asked(model, params):
            self.used[role, action] += 1
            context = EvalContext("", "AssumedRole", ACCOUNT, action, resource, REGION)
            context.service_context = {"dynamodb:leadingkeys": keys} if keys else {}
            if evaluate(context, self._policies(role)).decision != "Allow":
                self.denied.append((role, action, resource, keys))

    def _policies(self, role: str) -> Any:
        key = (self.cloud.engine.url, role)
        if key not in _POLICIES:
            _POLICIES[key] = _policies_of(self.cloud.engine.client("iam"), self.cloud.stack.resources[role])
        return _POLICIES[key]


_POLICIES: dict[tuple[str, str], Any] = {}


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


def _asked(model: OperationModel, params: Mapping[str, Any]) -> Iterator[Asked]:
    """What IAM is asked about a call: a batch or a transaction is what is in it."""
    given = asked_in(params)
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
        case "comprehend":
            yield f"comprehend:{operation}", "*", []
        case _:
            # The reader's policy is only there where a model is named, and the stack of the tests names none.
            assert service == "bedrock", f"{service}:{operation} is not known here"


def _table(given: Mapping[str, Any]) -> str:
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{given['TableName']}"
    return f"{arn}/index/{given['IndexName']}" if "IndexName" in given else arn
