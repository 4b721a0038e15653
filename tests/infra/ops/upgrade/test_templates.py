"""Files that are no template, or one that SAM cannot expand: each is a message that names it."""

from pathlib import Path

import pytest

from infra.ops.upgrade.templates import TemplateError, expanded, parse, template_at

_SAM = "Transform: AWS::Serverless-2016-10-31\n"
_TOPIC = "Resources: {A: {Type: AWS::SNS::Topic}}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it has no Resources"),
        ("Resources: 3", "its Resources must be names"),
        ("Resources: {A: []}", "A must have a Type"),
        ("Resources: {A: {Properties: {}}}", "A must have a Type"),
        ("Resources: {A: {Type: [1]}}", "A must have a Type"),
        ("Resources: {A: {Type: AWS::SNS::Topic, Properties: []}}", "the Properties of A"),
        (f"{_TOPIC}Parameters: [1]", "its Parameters must be names"),
        (f"{_TOPIC}Parameters: {{P: 3}}", "the parameter P must have a Type"),
        (f"{_TOPIC}Outputs: []", "its Outputs must be names"),
        (f"{_TOPIC}{_SAM}Globals: []", "its Globals must be names"),
        (f"{_TOPIC}{_SAM}Globals: {{Function: 3}}", "Globals.Function must be names"),
        (f"{_SAM}Resources: {{A: {{Type: AWS::Serverless::Function, Properties: {{Events: 3}}}}}}", "SAM "),
        ("[" * 1_200, "is no template"),
    ],
)
def test_what_is_no_template_is_said(text: str, said: str) -> None:
    with pytest.raises(TemplateError, match=said):
        expanded(parse(text, "old.yaml"), {})


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match=r"old\.yaml cannot be read"):
        template_at(str(file))


def test_without_git_there_is_no_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(TemplateError, match="git cannot be asked"):
        template_at("v0.0.1")
