"""How the program is built, held by its syntax trees: rooms, adapters, entrypoints, and what no rule may touch.

Each rule is a function from a program to what breaks it, so that one planted violation proves that it can be broken.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pytest

from infra.paths import FUNCTIONS

INFRA = FUNCTIONS.parent / "infra"
# In the order in which data walks through them: a room imports those before it, and itself.
ROOMS = ("aws", "mentions", "triage", "cases", "alerting", "reports", "api", "console")
ENTRYPOINTS = ("fetch", "classify", "notify", "deliver", "receipts", "escalate", "digest", "api", "console")
# What wires the rooms together, which no room may import.
WIRING = {"adapters", "bootstrap", "fallbacks", "reloaded_config", "runtime", "settings", "telemetry"}
MOST_LINES_OF_AN_ENTRYPOINT = 59
# One outside service to a file, and what that file may import for it. A client is handed in, so most import nothing.
ADAPTERS = {
    "aws.secrets": {"botocore"},
    "mentions.sources.x.source": {"tweepy", "requests"},
    "mentions.queue": set(),
    "mentions.source_table": set(),
    "triage.sentiment.comprehend": {"botocore"},
    "triage.sentiment.lexicon": {"vaderSentiment"},
    "triage.terms.table": set(),
    "cases.store.case_table": set(),
    "cases.policy.table": set(),
    "cases.store.queries": set(),
    "reports.digest.log": set(),
    "cases.incidents.table": set(),
    "alerting.alert_topic": set(),
    "alerting.webhooks.delivery_log": set(),
    "alerting.sms.receipt_table": set(),
    "alerting.sms.budget_table": set(),
    "alerting.webhooks.client": {"urllib3"},
    "alerting.links.table": set(),
    "alerting.notifier_lock": set(),
    "alerting.mute.silence_table": set(),
    "alerting.roster.table": set(),
    "alerting.recipients.subscriptions": {"botocore"},
}
# Libraries that only compute, and what the desk is built on.
LIBRARIES = {
    "aws.batches": {"aws_lambda_powertools"},
    "aws.clients": {"boto3", "botocore"},
    "aws.dynamodb": {"boto3"},
    "triage.sentiment.budgeted": {"botocore"},
    "alerting.links.issuer": {"botocore"},
    "alerting.sms.receipt_log": {"aws_lambda_powertools"},
    "cases.store.codec": {"dacite"},
    "cases.store.cursor": {"itsdangerous"},
    "alerting.messages.sms": {"smsutil", "anyascii"},
    "alerting.messages.email": {"anyascii"},
    "alerting.webhooks.payloads": {"standardwebhooks"},
    "api.app": {"aws_lambda_powertools"},
    "api.links.page": {"markupsafe"},
    "api.openapi": {"aws_lambda_powertools"},
    "api.parameters": {"aws_lambda_powertools"},
    "api.problem": {"aws_lambda_powertools", "pydantic"},
    "api.resolver": {"aws_lambda_powertools"},
    "api.responses": {"aws_lambda_powertools"},
    "api.routes.authors": {"aws_lambda_powertools"},
    "api.routes.case_actions": {"aws_lambda_powertools"},
    "api.routes.cases": {"aws_lambda_powertools", "pydantic"},
    "api.routes.corrections": {"aws_lambda_powertools"},
    "api.routes.incidents": {"aws_lambda_powertools"},
    "api.routes.reports": {"aws_lambda_powertools"},
    "api.routes.silences": {"aws_lambda_powertools"},
    "api.routes.staff": {"aws_lambda_powertools"},
    "api.schemas.base": {"pydantic"},
    "api.schemas.case_actions": {"pydantic"},
    "api.schemas.case_file": {"pydantic"},
    "api.schemas.cases": {"pydantic"},
    "api.schemas.corrections": {"pydantic"},
    "api.schemas.health": {"pydantic"},
    "api.schemas.incidents": {"pydantic"},
    "api.schemas.mentions": {"pydantic"},
    "api.schemas.reports": {"pydantic"},
    "api.schemas.silences": {"pydantic"},
    "api.schemas.staff": {"pydantic"},
}
# What only an entrypoint may have: a wall clock, the environment, output, and sleep.
WORLD = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.sleep",
    "time.monotonic",
    "os.environ",
    "os.getenv",
}
WORLDLY_MODULES = {"logging", "time", "os"}
# Tweepy would log the bearer token at DEBUG, and urllib3 the address of a webhook: their adapters see to it that they
# never do.
SILENCES = {("mentions.sources.x.source", "logging"), ("alerting.webhooks.client", "logging")}
# Tweepy's names for writing; Earshot never posts.
POSTING = (
    "create_",
    "delete_",
    "like",
    "unlike",
    "retweet",
    "unretweet",
    "follow",
    "unfollow",
    "mute",
    "block",
    "hide_",
)
READING = {"get_user", "get_users_mentions", "get_users_tweets", "search_recent_tweets", "get_tweets"}


@dataclass(frozen=True)
class Module:
    """One file; ``name`` is its place below ``earshot`` (``cases.table``), or below ``functions`` (``fetch``)."""

    name: str
    source: str

    @property
    def room(self) -> str | None:
        """The room that it stands in, None for the files and the telemetry that wire the rooms together."""
        room, dot, _ = self.name.partition(".")
        return room if dot and room not in WIRING else None

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def imports(self) -> Iterator[str]:
        """Every module that is imported, wherever the statement stands; what only type checkers read is left out."""
        skipped = {id(inner) for node in ast.walk(self.tree) if _is_typing(node) for inner in ast.walk(node)}
        for node in ast.walk(self.tree):
            if id(node) in skipped:
                continue
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{self.name} imports relatively"
                yield node.module or ""
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    @property
    def attributes(self) -> Iterator[str]:
        """Every dotted name that is used, by its last two parts, and every plain call."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                yield f"{node.value.id}.{node.attr}"
            elif isinstance(node, ast.Attribute):
                yield f".{node.attr}"
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield node.func.id


def _is_typing(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


Program = list[Module]
Rule = Callable[[Program], list[str]]


def below_earshot(name: str) -> str | None:
    """``cases.table`` for ``earshot.cases.store.case_table``, None for what is not ours."""
    return name.removeprefix("earshot.") if name.startswith("earshot.") else None


def rooms_look_back(program: Program) -> list[str]:
    broken = []
    for module in program:
        for imported in module.imports:
            target = below_earshot(imported)
            room = target.partition(".")[0] if target else None
            if module.room and room in ROOMS and ROOMS.index(room) > ROOMS.index(module.room):
                broken.append(f"{module.name} imports {imported}, a room behind it")
    return broken


def every_room_is_known(program: Program) -> list[str]:
    return [f"{module.name} is in a room without a place" for module in program if module.room not in (None, *ROOMS)]


def only_named_libraries_are_used(program: Program) -> list[str]:
    broken = []
    for module in program:
        if module.room is None:
            continue
        allowed = ADAPTERS.get(module.name, set()) | LIBRARIES.get(module.name, set()) | {"earshot"}
        for imported in module.imports:
            top = imported.partition(".")[0]
            if top not in sys.stdlib_module_names and top not in allowed:
                broken.append(f"{module.name} imports {imported}")
    return broken


def rooms_know_nothing_of_the_functions_own_wiring(program: Program) -> list[str]:
    return [
        f"{module.name} imports {imported}"
        for module in program
        for imported in module.imports
        if module.room is not None and (target := below_earshot(imported)) and target.partition(".")[0] in WIRING
    ]


def adapters_do_not_know_each_other(program: Program) -> list[str]:
    return [
        f"{module.name} imports {imported}"
        for module in program
        for imported in module.imports
        if module.name in ADAPTERS and below_earshot(imported) in ADAPTERS
    ]


def nobody_imports_an_entrypoint(program: Program) -> list[str]:
    return [
        f"{module.name} imports {imported}"
        for module in program
        for imported in module.imports
        if imported.partition(".")[0] in ENTRYPOINTS
    ]


def rules_touch_no_world(program: Program) -> list[str]:
    broken = []
    for module in program:
        if module.room is None:
            continue
        broken += [f"{module.name} uses {name}" for name in module.attributes if name in WORLD or name == "print"]
        worldly = [name for name in module.imports if name in WORLDLY_MODULES]
        broken += [f"{module.name} imports {name}" for name in worldly if (module.name, name) not in SILENCES]
    return broken


def nothing_posts(program: Program) -> list[str]:
    """Of the client of X only reading is called, and no other module touches Tweepy."""
    broken = []
    for module in program:
        uses_tweepy = any(name.partition(".")[0] == "tweepy" for name in module.imports)
        if uses_tweepy and module.name != "mentions.sources.x.source":
            broken.append(f"{module.name} imports tweepy")
        for name in module.attributes:
            method = name.rpartition(".")[2]
            if uses_tweepy and method.startswith(POSTING) and method not in READING:
                broken.append(f"{module.name} calls {method}")
            if "tweet" in method and method not in READING and method.startswith(("create", "delete", "post", "re")):
                broken.append(f"{module.name} calls {method}")
    return broken


def entrypoints_are_thin(program: Program) -> list[str]:
    lines = {module.name: len(module.source.splitlines()) for module in program if module.name in ENTRYPOINTS}
    return [f"{name} has {count} lines" for name, count in lines.items() if count > MOST_LINES_OF_AN_ENTRYPOINT]


def only_bootstrap_and_adapters_make_parts(program: Program) -> list[str]:
    """An adapter's module is imported by an entrypoint only for its constants and errors, never to be wired there."""
    return [
        f"{module.name} imports {imported}"
        for module in program
        if module.name in ENTRYPOINTS
        for imported in module.imports
        if (target := below_earshot(imported)) and target in ADAPTERS and target not in {"alerting.alert_topic"}
    ]


RULES: dict[Rule, Module] = {
    entrypoints_are_thin: Module("fetch", "\n" * 60),
    only_bootstrap_and_adapters_make_parts: Module("fetch", "from earshot.cases.store.case_table import CaseTable"),
    rooms_look_back: Module("mentions.planted", "def f():\n    from earshot.cases.case import Case"),
    every_room_is_known: Module("attic.planted", ""),
    only_named_libraries_are_used: Module("cases.planted", "import boto3"),
    rooms_know_nothing_of_the_functions_own_wiring: Module("cases.planted", "import earshot.telemetry.powertools"),
    adapters_do_not_know_each_other: Module("mentions.sources.x.source", "from earshot.mentions import queue"),
    nobody_imports_an_entrypoint: Module("api.planted", "from classify import build"),
    rules_touch_no_world: Module("cases.planted", "from datetime import datetime\nnow = datetime.now()"),
    nothing_posts: Module("mentions.sources.x.source", "import tweepy\ntweepy.Client().create_tweet(text='hello')"),
}


@pytest.fixture(scope="module")
def program() -> Program:
    """Every file that is deployed."""
    modules = []
    for file in sorted(FUNCTIONS.rglob("*.py")):
        parts = file.relative_to(FUNCTIONS).with_suffix("").parts
        if file.name != "__init__.py":
            modules.append(Module(".".join(parts[1:] if parts[0] == "earshot" else parts), file.read_text("utf-8")))
    return modules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_program_keeps_the_rule(program: Program, rule: Rule) -> None:
    assert rule(program) == []


@pytest.mark.parametrize(("rule", "planted"), RULES.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_violation_is_found(program: Program, rule: Rule, planted: Module) -> None:
    assert rule([*program, planted])


PLANTED_WORLDS = ["print('x')", "import logging", "import os\nos.environ['A']", "import time\ntime.time()"]


@pytest.mark.parametrize("source", PLANTED_WORLDS)
def test_every_way_into_the_world_is_seen(source: str) -> None:
    assert rules_touch_no_world([Module("cases.planted", source)])


def test_the_lists_above_name_files_that_exist(program: Program) -> None:
    names = {module.name for module in program}
    assert {*ADAPTERS, *LIBRARIES, *ENTRYPOINTS} <= names


@pytest.mark.parametrize("module", sorted(ADAPTERS | LIBRARIES))
def test_nothing_is_allowed_that_is_not_used(program: Program, module: str) -> None:
    used = {name.partition(".")[0] for one in program if one.name == module for name in one.imports}
    assert ADAPTERS.get(module, set()) | LIBRARIES.get(module, set()) <= used


def test_the_tools_reach_the_functions_by_name_at_run_time_only() -> None:
    tools = [Module(file.stem, file.read_text("utf-8")) for file in sorted(INFRA.rglob("*.py"))]
    assert len(tools) > 10
    assert nobody_imports_an_entrypoint(tools) == []
    assert nothing_posts(tools) == []
