"""Whether each role grants what its function's code can ask for. AWS alone would tell otherwise: no stand-in refuses.

Read from the source: the modules that an entrypoint imports, the adapter methods that these call by name, and the
operations in the bodies of those methods.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Resources = Callable[[str], dict[str, dict[str, Any]]]

# The adapters: what service each speaks to, and what of the template it is handed.
ADAPTERS = {
    "board_table.py": ("dynamodb", "CaseTable"),
    "comprehend.py": ("comprehend", "*"),
    "digest_log.py": ("dynamodb", "CaseTable"),
    "delivery_log.py": ("dynamodb", "CaseTable"),
    "incident_table.py": ("dynamodb", "CaseTable"),
    "link_secret.py": ("secretsmanager", "LinkSecret"),
    "link_table.py": ("dynamodb", "CaseTable"),
    "listing.py": ("dynamodb", "CaseTable"),
    "policy_table.py": ("dynamodb", "CaseTable"),
    "queue.py": ("sqs", "Mention"),
    "receipt_table.py": ("dynamodb", "CaseTable"),
    "roster_table.py": ("dynamodb", "CaseTable"),
    "silence_table.py": ("dynamodb", "CaseTable"),
    "sms_budget.py": ("dynamodb", "CaseTable"),
    "source_table.py": ("dynamodb", "SourceTable"),
    "subscriptions.py": ("sns", "AlertTopic"),
    "table.py": ("dynamodb", "CaseTable"),
    "target_secret.py": ("secretsmanager", "WebhookSecret"),
    "terms_table.py": ("dynamodb", "SourceTable"),
    "topic.py": ("sns", "AlertTopic"),
    "x_secret.py": ("secretsmanager", "XSecret"),
}
# A batch and a transaction need the grants of what is in them.
# AWS offers nothing narrower than every resource for these.
NO_RESOURCE = {
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
    "sns:CheckIfPhoneNumberIsOptedOut",
}
STANDS_FOR = {"TransactWriteItems": "PutItem", "SendMessageBatch": "SendMessage"}
# SourceTable has a ``save`` as CaseTable has; neither function holds a lease under which it could call it.
NAMED_ALIKE = {(function, "dynamodb:UpdateItem", "SourceTable") for function in ("api", "digest")}
ENTRYPOINTS = ("fetch", "classify", "notify", "deliver", "receipts", "escalate", "digest", "api")


def _imported(path: Path, functions: Path) -> set[Path]:
    """The modules of the program that a module imports, and those that these import; adapters import only words."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        if module.name in ADAPTERS:
            continue
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("earshot"):
                package = functions / Path(*node.module.split("."))
                targets = [package, package / "__init__", *(package / alias.name for alias in node.names)]
                waiting += [each.with_suffix(".py") for each in targets if each.with_suffix(".py").exists()]
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
    modules = _imported(functions / f"{entrypoint}.py", functions)
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules}
    bodies = [(path, *body) for path, tree in trees.items() if path.name in ADAPTERS for body in _bodies(tree)]
    asked = set().union(*(_asked(tree) for path, tree in trees.items() if path.name not in ADAPTERS))
    if {"XSecret", "LinkSecret"} & asked:
        asked.add(".__call__")
    before = -1
    while before != len(asked):
        before = len(asked)
        asked |= set().union(*(_asked(node) for _, name, node in bodies if name in asked), set())
    for path, name, node in bodies:
        if name in asked:
            service, resource = ADAPTERS[path.name]
            indexes = re.findall(r"IndexName='([a-z-]+)'", ast.unparse(node))
            for operation in _operations(node):
                for place in [f"{resource}.Arn}}/index/{index}" for index in indexes] or [resource]:
                    yield f"{service}:{operation}", place


def _granted(role: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"]
            for action in actions if isinstance(actions, list) else [actions]:
                yield action, str(statement["Resource"])


@pytest.mark.parametrize("entrypoint", ENTRYPOINTS)
def test_a_function_may_do_all_that_it_can_ask_for(entrypoint: str, resources: Resources, root: Path) -> None:
    granted = list(_granted(resources("AWS::IAM::Role")[f"{entrypoint.title()}Role"]))
    needed = {
        (action, place)
        for action, place in _needed(entrypoint, root / "functions")
        if (entrypoint, action, place) not in NAMED_ALIKE
    }
    assert needed
    for action, place in sorted(needed):
        place = "*" if action in NO_RESOURCE else place
        assert any(action == given and place in resource for given, resource in granted), f"{action} on {place}"
