"""``earshot brand``: checked here, put where every deployed function looks, and shown."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from earshot.errors import EarshotError, SettingError
from earshot.mentions.brands.toml_file import parse_brands
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.mention import Author
from earshot.mentions.source_state import SourceStatus, next_state
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.ops.settings.brands import DeployedBrands
from infra.ops.settings.terms import DeployedTerms
from infra.ops.stack import Stack
from tests.deployed import Running
from tests.fakes import START, a_mention
from tests.infra.cli.invoke import run
from tests.infra.cli.test_terms import a_source_table

GOOD = """# Who we are.
[[brands]]
handles = ["NimbusAir", "NimbusHelp"]
search_terms = ["nimbus air"]
voices = ["@Anna_of_Nimbus"]

[[brands]]
handles = ["Zephyr"]"""
SUMMARY = """Brand NimbusAir
  handles         2  @NimbusAir, @NimbusHelp
  search_terms    1  nimbus air
  voices          1  anna_of_nimbus
Brand Zephyr
  handles         1  @Zephyr
  search_terms    0
  voices          0
7 sources are read.
"""
PARAMETERS = {"BrandHandles": "NimbusAir", "SearchTerms": "nimbus"}
STACK = Stack(parameters=PARAMETERS, outputs={"SourceTableName": "sources"}, resources={})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "brand.toml"
    found.write_text(GOOD, "utf-8")
    return found


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    found = tmp_path / "bad.toml"
    found.write_text('[[brands]]\nhandles = ["Nimbus Air"]\nproducts = []', "utf-8")
    return found


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    """A stack on moto, which the commands find."""
    with mock_aws():
        session = boto3.Session(region_name="eu-west-1")
        a_source_table(session)
        monkeypatch.setattr("infra.cli.deployed_stack.open_stack", lambda *_, **__: (session, STACK))
        yield session


def test_check_tells_what_is_in_the_file_and_all_that_is_wrong(file: Path, bad: Path) -> None:
    answer = run("brand", "check", str(file))
    assert (answer.exit_code, answer.stdout, answer.stderr) == (0, SUMMARY, "")
    answer = run("brand", "check", str(bad))
    assert (answer.exit_code, answer.stdout) == (EXIT_UNUSABLE, "")
    assert answer.stderr.startswith(f"{bad} cannot be used:\n")
    assert answer.stderr.count("\n  - ") == 2


def test_put_says_what_is_new_and_what_is_no_longer_read(aws: boto3.Session, file: Path, bad: Path) -> None:
    sources = DeployedBrands(aws, STACK)._wired.source_table
    assert sources.acquire("x#own#Zephyr", "run", START, START - START) is not None
    state = next_state(None, "x#own#Zephyr", SourceStatus.OK, "3 posts read", START)
    sources.save("x#own#Zephyr", "run", Checkpoint(), state)
    answer = run("brand", "put", str(file))
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == SUMMARY + (
        "New: x#mentions#NimbusHelp begins with a baseline: its past alerts nobody.\n"
        "New: x#own#NimbusHelp begins with a baseline: its past alerts nobody.\n"
        "New: x#mentions#Zephyr begins with a baseline: its past alerts nobody.\n"
        "New: x#own#Zephyr goes on from its checkpoint.\n"
        "New: x#search#nimbus air begins with a baseline: its past alerts nobody.\n"
        "No longer read: x#search#nimbus. Its checkpoint is kept.\n"
        "In force in stack 'earshot' within a minute.\n"
    )
    answer = run("brand", "put", str(bad))
    assert (answer.exit_code, answer.stdout) == (EXIT_UNUSABLE, "")
    assert run("brand", "show").stdout == GOOD + "\n"


def test_show_prints_the_parameters_as_a_file_where_nothing_was_put(aws: boto3.Session) -> None:
    answer = run("brand", "show")
    assert answer.stdout == '[[brands]]\nhandles = ["NimbusAir"]\nsearch_terms = ["nimbus"]\n'
    assert answer.stderr == "No brands were put into stack 'earshot': these are its parameters'.\n"
    assert parse_brands(answer.stdout).feeds == DeployedBrands(aws, STACK).current().feeds


def test_a_parameter_that_is_changed_after_a_file_was_put_is_said_to_be_without_effect(aws: boto3.Session) -> None:
    deployed, changed = DeployedBrands(aws, STACK), PARAMETERS | {"BrandHandles": "NimbusRail"}
    assert deployed.overridden(PARAMETERS, changed) == ()
    deployed.put(GOOD, START)
    assert deployed.overridden(PARAMETERS, PARAMETERS) == ()
    assert deployed.overridden(PARAMETERS, changed) == ("BrandHandles",)


def test_brands_that_the_stored_terms_do_not_fit_are_refused_with_what_to_do(aws: boto3.Session, file: Path) -> None:
    DeployedTerms(aws, STACK).put('[voices]\nNimbusAir = ["bo"]\nOther = ["cy"]', START)
    answer = run("brand", "put", str(file))
    assert (answer.exit_code, answer.stdout) == (EXIT_UNUSABLE, "")
    assert "'voices' names 'Other', which is no brand here" in answer.stderr
    assert "earshot terms put" in answer.stderr
    assert DeployedBrands(aws, STACK).read() == ""


def test_stored_brands_that_cannot_be_used_can_be_replaced(aws: boto3.Session, file: Path) -> None:
    deployed = DeployedBrands(aws, STACK)
    deployed.put("[[brands]]", START)
    with pytest.raises(EarshotError, match=r"what `earshot brand put` stored cannot be used"):
        deployed.current()
    answer = run("brand", "put", str(file))
    assert (answer.exit_code, answer.stdout.startswith(SUMMARY)) == (0, True)


def test_parameters_that_cannot_be_used_are_named(aws: boto3.Session) -> None:
    for parameters, wrong in (({}, "BRAND_HANDLES"), (PARAMETERS | {"SearchTerms": "Zephyr=z"}, "is no handle")):
        with pytest.raises(SettingError, match=wrong):
            DeployedBrands(aws, replace(STACK, parameters=parameters)).current()


def test_terms_are_checked_for_the_brands_that_were_put(aws: boto3.Session, file: Path, tmp_path: Path) -> None:
    terms = tmp_path / "terms.toml"
    terms.write_text('[voices]\nZephyr = ["bo"]', "utf-8")
    assert "'voices' names 'Zephyr', which is no brand here" in run("terms", "put", str(terms)).stderr
    run("brand", "put", str(file))
    answer = run("terms", "put", str(terms))
    assert (answer.exit_code, answer.stdout.splitlines()[0]) == (0, "Terms of @nimbusair, @nimbushelp, @zephyr")


@pytest.mark.engine
def test_the_deployed_classifier_follows_the_brands_that_were_put(running: Running, file: Path) -> None:
    anna, help = Author("77", "anna_of_nimbus", "Anna", 9), Author("78", "NimbusHelp", "Nimbus Help", 9)
    running.classify(a_mention("1", "@NimbusAir you lost my bag"), a_mention("2", "@jane we look", author=anna))
    answer = run("brand", "put", str(file))
    assert (answer.exit_code, answer.stderr) == (0, "")
    running.clock.advance(minutes=1)
    running.classify(
        a_mention("3", "@jane we look again", author=anna, conversation_id="3"),
        a_mention("4", "@jane and we", author=help, conversation_id="4", own=True),
    )
    assert {one.mention.id: one.mention.own for one in running.stored.mentions} == {
        "1": False,
        "2": False,
        "3": True,
        "4": True,
    }
