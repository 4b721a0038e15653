"""Which properties cannot be changed once a resource exists: what CloudFormation's own registry says.

cfn-lint, which checks the template, carries the registry's schemas; it lives in the SAM CLI's environment.
"""

import json
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from earshot.errors import EarshotError
from infra.paths import ROOT

PropertyPath = tuple[str, ...]
"""The names that lead to a property: ``("TableName",)``."""
CreateOnly = Callable[[str], frozenset[PropertyPath]]
"""The properties of a type (``AWS::DynamoDB::Table``) with whose change CloudFormation makes another resource."""

# The registry names none for a user pool, and UpdateUserPool takes none of these: CloudFormation refuses the change.
REFUSED = {
    "AWS::Cognito::UserPool": frozenset(
        {("AliasAttributes",), ("Schema",), ("UsernameAttributes",), ("UsernameConfiguration",)}
    )
}
_PREFIX = "/properties/"


class SchemaError(EarshotError):
    """The registry's schemas are not here: the message says how to get them."""


def create_only(kind: str) -> frozenset[PropertyPath]:
    """As ``CreateOnly``; empty for a type that the registry does not know. SchemaError where there is no registry."""
    found = _schema(kind)
    named: list[str] = [*found.get("createOnlyProperties", ()), *found.get("conditionalCreateOnlyProperties", ())]
    return frozenset(tuple(path.removeprefix(_PREFIX).split("/")) for path in named)


@lru_cache(maxsize=100)
def _schema(kind: str) -> dict[str, Any]:
    folder = _schemas()
    name = _names(folder).get(kind)
    return {} if name is None else json.loads((folder / "resources" / f"{name}.json").read_text(encoding="utf-8"))


@cache
def _names(folder: Path) -> dict[str, str]:
    return json.loads((folder / "providers" / "us-east-1.json").read_text(encoding="utf-8"))


@cache
def _schemas() -> Path:
    found = sorted((ROOT / ".venv-sam").glob("lib/python3*/site-packages/cfnlint/data/schemas"))
    if not found:
        raise SchemaError("What can be changed in place is in cfn-lint, which is not installed: run `make package`.")
    return found[-1]
