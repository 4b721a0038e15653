"""The template is read as SAM reads it."""

from samtranslator.yaml_helper import yaml_parse

from infra.paths import ROOT
from infra.template_yaml import parse_template


def test_the_template_is_read_as_sam_reads_it() -> None:
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    assert parse_template(text) == yaml_parse(text)
