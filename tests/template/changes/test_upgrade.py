"""A deployment over the last release: nothing is lost, and nothing that AWS would refuse."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from infra.cli.exit_status import EXIT_INCOMPLETE, EXIT_UNUSABLE
from infra.cli.main import main
from infra.ops.upgrade.comparison import HOLDS, compare, replacing_references
from infra.ops.upgrade.schemas import create_only
from infra.ops.upgrade.templates import expanded as expand
from infra.ops.upgrade.templates import template_at
from tests.template.changes.test_protection import HOLDS_DATA
from tests.template.test_promises import Template

pytestmark = pytest.mark.sam  # cfn-lint, which lives beside SAM, carries the registry's schemas

RELEASED = Path(__file__).parents[1] / "released" / "template.yaml"


def _check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["upgrade-check", *arguments])


def test_a_deployment_over_the_last_release_loses_nothing_and_is_not_refused(expanded: Template) -> None:
    """RELEASING.md says when ``released/template.yaml`` is renewed: with a release, and never to get this green."""
    prevented = [one for one in compare(_released(), expanded, create_only) if one.prevents]
    assert not prevented, "\n".join(f"{one.what}: {one.text}" for one in prevented)


def _released() -> Template:
    return expand(template_at(str(RELEASED)), {})


def test_no_parameter_replaces_what_holds_data(expanded: Template) -> None:
    for name, item in expanded["Resources"].items():
        if item["Type"] in HOLDS:
            assert not replacing_references(item, create_only) & set(expanded["Parameters"]), name
    assert set(HOLDS) == set(HOLDS_DATA)


def test_the_registry_knows_what_cannot_be_changed() -> None:
    assert ("TableName",) in create_only("AWS::DynamoDB::Table")
    assert ("KeySchema",) in create_only("AWS::DynamoDB::Table")
    assert create_only("Nobody::Knows::It") == frozenset()


def test_the_command_ends_well_where_nothing_is_lost() -> None:
    answer = _check(str(RELEASED))
    assert answer.exit_code == 0, answer.output
    assert "Nothing would be lost or refused." in answer.output


def test_the_command_stops_a_script_where_something_is_lost(tmp_path: Path) -> None:
    renamed = tmp_path / "renamed.yaml"
    renamed.write_text(RELEASED.read_text(encoding="utf-8").replace("CaseTable", "ComplaintTable"), encoding="utf-8")
    answer = _check(str(RELEASED), str(renamed))
    assert answer.exit_code == EXIT_INCOMPLETE
    assert "lost     CaseTable: is renamed to ComplaintTable" in answer.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Resources: [", "is no template"),
        ("Parameters: {}", "has no Resources"),
        (
            "Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function, Properties: {}}}",
            "SAM refuses the template",
        ),
    ],
)
def test_a_template_that_is_none_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    answer = _check(str(file))
    assert (answer.exit_code, said in answer.output) == (EXIT_UNUSABLE, True), answer.output


def test_what_is_neither_a_file_nor_a_revision_is_named() -> None:
    answer = _check("--", "--output=/tmp/x")
    assert answer.exit_code == EXIT_UNUSABLE
    assert "neither a file nor a revision" in answer.output
