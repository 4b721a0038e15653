"""Whether each role grants what its function's code can ask for. AWS alone would tell otherwise: no stand-in refuses.

Read from the source: the modules that an entry file and its parts of the bootstrap import, the adapter methods that
these call by name, and the operations in the bodies of those methods.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.lambdas.entry_files import entry_file
from tests.architecture.layout import ENTRYPOINTS
from tests.template.wiring import WIRING, parts_of

pytestmark = pytest.mark.slow

Resources = Callable[[str], dict[str, dict[str, Any]]]

# What is handed to the sender of text messages: IAM has no name for a number, so it is granted as what is no topic.
PHONE_NUMBER = "no topic"
# The adapters below ``earshot``: what service each speaks to, and what of the template it is handed.
ADAPTERS = {
    "alerting/alert_topic.py": ("sns", "AlertTopic"),
    "alerting/links/signing_secret.py": ("secretsmanager", "LinkSecret"),
    "alerting/links/table.py": ("dynamodb", "CaseTable"),
    "alerting/mute/silence_table.py": ("dynamodb", "CaseTable"),
    "alerting/notifier_lock.py": ("dynamodb", "CaseTable"),
    "alerting/recipients/subscriptions.py": ("sns", "AlertTopic"),
    "alerting/recipients/mailbox_table.py": ("dynamodb", "CaseTable"),
    "alerting/roster/table.py": ("dynamodb", "CaseTable"),
    "alerting/sms/budget_table.py": ("dynamodb", "CaseTable"),
    "alerting/sms/receipt_table.py": ("dynamodb", "CaseTable"),
    "alerting/sms/sender.py": ("sns", PHONE_NUMBER),
    "alerting/webhooks/delivery_log.py": ("dynamodb", "CaseTable"),
    "alerting/webhooks/target_secret.py": ("secretsmanager", "WebhookSecret"),
    "cases/incidents/table.py": ("dynamodb", "CaseTable"),
    "cases/policy/table.py": ("dynamodb", "CaseTable"),
    "cases/removal/item_removal.py": ("dynamodb", "CaseTable"),
    "cases/removal/table.py": ("dynamodb", "CaseTable"),
    "cases/store/case_table.py": ("dynamodb", "CaseTable"),
    "cases/store/listing.py": ("dynamodb", "CaseTable"),
    "cases/incidents/complaint_index.py": ("dynamodb", "CaseTable"),
    "cases/store/notification_log.py": ("dynamodb", "CaseTable"),
    "api/auth/submission_secrets.py": ("secretsmanager", "LinkSecret"),
    "mentions/queue.py": ("sqs", "Mention"),
    "mentions/source_table.py": ("dynamodb", "SourceTable"),
    "mentions/sources/social/secret.py": ("secretsmanager", "SocialSecret"),
    "mentions/sources/x/token.py": ("secretsmanager", "XSecret"),
    "reports/digest/log.py": ("dynamodb", "CaseTable"),
    "triage/reader/bedrock.py": ("bedrock", "ReaderModelId"),
    "triage/learned/table.py": ("dynamodb", "SourceTable"),
    "triage/sentiment/comprehend.py": ("comprehend", "*"),
    "triage/terms/table.py": ("dynamodb", "SourceTable"),
}
# A batch and a transaction need the grants of what is in them.
# AWS offers nothing narrower than every resource for these.
NO_RESOURCE = {
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
    "sns:CheckIfPhoneNumberIsOptedOut",
}
STANDS_FOR = {"TransactWriteItems": "PutItem", "SendMessageBatch": "SendMessage", "Converse": "InvokeModel"}
# SourceTable has a ``save`` as CaseTable has; neither function holds a lease under which it could call it.
NAMED_ALIKE = {(function, "dynamodb:UpdateItem", "SourceTable") for function in ("api", "digest")}
# What counts late mentions in ``save``: whoever stores none never comes there.
NAMED_ALIKE |= {(function, "dynamodb:UpdateItem", "CaseTable") for function in ("escalate", "watch")}
# The console asks for nothing but its own files.
ASKING = tuple(name for name in ENTRYPOINTS if name != "console")


def _imports(tree: ast.AST, functions: Path) -> Iterator[Path]:
    """The modules of the program that a piece of code imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("earshot"):
            package = functions / Path(*node.module.split("."))
            targets = [package, package / "__init__", *(package / alias.name for alias in node.names)]
            yield from (each.with_suffix(".py") for each in targets if each.with_suffix(".py").exists())


def _adapter(path: Path, functions: Path) -> tuple[str, str] | None:
    """The service that a module speaks to and what it is handed, None for a module that is no adapter."""
    below = functions / "earshot"
    return ADAPTERS.get(path.relative_to(below).as_posix()) if path.is_relative_to(below) else None


def _imported(entrypoint: Path, functions: Path) -> set[Path]:
    """The modules that an entry file and the parts that it takes import, and those that these import.

    Adapters import only words. The wiring itself is read part by part.
    """
    found: set[Path] = set()
    waiting = [entrypoint, *(path for part in parts_of(entrypoint) for path in _imports(part.body, functions))]
    while waiting:
        module = waiting.pop()
        if module in found or module in WIRING:
            continue
        found.add(module)
        if _adapter(module, functions) is None:
            waiting += _imports(ast.parse(module.read_text(encoding="utf-8")), functions)
    return found


def _asked(node: ast.AST) -> set[str]:
    """What a piece of code may call: ``.name`` for a method that it names, ``name`` for a function that it calls."""
    methods = {f".{each.attr}" for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return methods | {func.id for func in calls if isinstance(func, ast.Name)}


def _bodies(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The functions of a module and, with a dot before their names, the methods of its classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f".{each.name}", each) for each in node.body if isinstance(each, ast.FunctionDef))


def _operations(node: ast.AST) -> set[str]:
    """The operations that a function body asks a client for, as IAM names them."""
    source = ast.unparse(node)
    snake = set(re.findall(r"client\.([a-z_]+)\(", source)) - {"get_paginator"}
    snake |= set(re.findall(r"get_paginator\('([a-z_]+)'\)", source))
    named = {"".join(part.title() for part in name.split("_")) for name in snake}
    return {STANDS_FOR.get(name, name) for name in named}


def _needed(entrypoint: str, functions: Path) -> Iterator[tuple[str, str]]:
    """Pairs of action and what it is asked of (a part of the resource's name), over all that may be called."""
    entry = entry_file(entrypoint)
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _imported(entry, functions)}
    adapters = {path: adapter for path in trees if (adapter := _adapter(path, functions)) is not None}
    bodies = [(path, *body) for path in adapters for body in _bodies(trees[path])]
    asked = set().union(*(_asked(tree) for path, tree in trees.items() if path not in adapters))
    asked |= set().union(*(_asked(part.body) for part in parts_of(entry)))
    before = -1
    while before != len(asked):
        before = len(asked)
        asked |= set().union(*(_asked(node) for _, name, node in bodies if name in asked), set())
    for path, name, node in bodies:
        service, resource = adapters[path]
        if service == "secretsmanager":
            # Each of these caches one secret, and reads it through ``aws.secrets``.
            yield f"{service}:GetSecretValue", resource
        elif name in asked:
            indexes = re.findall(r"IndexName='([a-z-]+)'", ast.unparse(node))
            for operation in _operations(node):
                for place in [f"{resource}.Arn}}/index/{index}" for index in indexes] or [resource]:
                    yield f"{service}:{operation}", place


def _granted(role: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"]
            for action in actions if isinstance(actions, list) else [actions]:
                yield action, str(statement["Resource"]) if "Resource" in statement else PHONE_NUMBER


@pytest.mark.parametrize("entrypoint", ASKING)
def test_a_function_may_do_all_that_it_can_ask_for(entrypoint: str, resources: Resources, root: Path) -> None:
    role = next(name for name in resources("AWS::IAM::Role") if name.lower() == f"{entrypoint}role")
    attached = [one for one in resources("AWS::IAM::ManagedPolicy").values() if {"Ref": role} in one.get("Roles", [])]
    granted = list(_granted({"Policies": [*resources("AWS::IAM::Role")[role]["Policies"], *attached]}))
    needed = {
        (action, place)
        for action, place in _needed(entrypoint, root / "functions")
        if (entrypoint, action, place) not in NAMED_ALIKE
    }
    assert needed
    for action, place in sorted(needed):
        place = "*" if action in NO_RESOURCE else place
        assert any(action == given and place in resource for given, resource in granted), f"{action} on {place}"


def test_the_adapters_are_those_of_the_program(root: Path) -> None:
    assert all((root / "functions" / "earshot" / path).exists() for path in ADAPTERS)
