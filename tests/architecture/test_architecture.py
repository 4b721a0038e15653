"""How the program is built, held by its syntax trees: one planted violation proves that each rule can be broken."""

import pytest

from infra.paths import INFRA
from tests.architecture.layout import ADAPTERS, ENTRYPOINTS, INFRA_ROOMS, LIBRARIES
from tests.architecture.program import Module, Program, Rule, read_functions, read_infra
from tests.architecture.rules import (
    adapters_do_not_know_each_other,
    entrypoints_are_thin,
    every_room_is_known,
    every_room_of_infra_is_known,
    infra_rooms_look_back,
    no_ring_of_imports,
    nobody_imports_an_entrypoint,
    nothing_posts,
    only_bootstrap_and_adapters_make_parts,
    only_named_libraries_are_used,
    rooms_know_nothing_of_the_functions_own_wiring,
    rooms_look_back,
    rules_touch_no_world,
)

INFRA_RULES: dict[Rule, Module] = {
    infra_rooms_look_back: Module("infra.local.planted", "def f():\n    from infra.replay.rows import read_rows"),
    every_room_of_infra_is_known: Module("infra.attic.planted", ""),
    no_ring_of_imports: Module("infra.paths", "def f():\n    from infra.cli.main import main"),
}
RULES: dict[Rule, Module] = {
    no_ring_of_imports: Module("errors", "def f():\n    from earshot.bootstrap import Bootstrap"),
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
    return read_functions()


@pytest.fixture(scope="module")
def tools() -> Program:
    """Every file of infra, by its whole name."""
    return read_infra()


@pytest.mark.parametrize("rule", INFRA_RULES, ids=lambda rule: rule.__name__)
def test_infra_keeps_the_rule(tools: Program, rule: Rule) -> None:
    assert rule(tools) == []


@pytest.mark.parametrize(("rule", "planted"), INFRA_RULES.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_violation_in_infra_is_found(tools: Program, rule: Rule, planted: Module) -> None:
    assert rule([*(module for module in tools if module.name != planted.name), planted])


def test_the_rooms_of_infra_exist() -> None:
    assert {file.relative_to(INFRA).parts[0] for file in INFRA.glob("*/**/*.py")} == set(INFRA_ROOMS)


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


def test_the_tools_reach_the_functions_by_name_at_run_time_only(tools: Program) -> None:
    assert len(tools) > 10
    assert nobody_imports_an_entrypoint(tools) == []
    assert nothing_posts(tools) == []
