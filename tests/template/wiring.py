"""What an entry file takes from the bootstrap, read from the source: parts, the modules they import, their settings."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from earshot.settings import Setting, Settings
from infra.paths import FUNCTIONS

WIRING = tuple(FUNCTIONS / "earshot" / name for name in ("bootstrap.py", "staff.py", "voices.py", "adapters.py"))
DEPENDENCIES = FUNCTIONS / "earshot" / "api" / "dependencies.py"
BY_ATTRIBUTE = {name: item.name for name, item in vars(Settings).items() if isinstance(item, Setting)}


@dataclass(frozen=True)
class Part:
    """One method or property of ``Bootstrap`` or ``Adapters``: its body, and the other parts that it uses."""

    body: ast.FunctionDef
    uses: frozenset[str]


@cache
def parts() -> dict[str, Part]:
    """All parts, by name."""
    bodies = {
        node.name: node
        for file in WIRING
        for defined in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(defined, ast.ClassDef)
        for node in defined.body
        if isinstance(node, ast.FunctionDef) and node.name != "__init__"
    }
    return {name: Part(body, frozenset(_used_by(body)) & bodies.keys()) for name, body in bodies.items()}


def parts_of(entrypoint: Path) -> list[Part]:
    """The parts that an entry file takes, and those that these use."""
    tree = ast.parse(entrypoint.read_text(encoding="utf-8"))
    waiting = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_bootstrap(node.value)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in parts() and name not in found:
            found.add(name)
            waiting += parts()[name].uses
    return [parts()[name] for name in sorted(found)]


def settings_of(entrypoint: Path) -> set[str]:
    """The environment variables that an entry file reads, itself or by the parts that it takes."""
    tree = ast.parse(entrypoint.read_text(encoding="utf-8"))
    bodies: list[ast.AST] = [tree, *(part.body for part in parts_of(entrypoint))]
    nodes = [node for body in bodies for node in ast.walk(body) if isinstance(node, ast.Attribute)]
    return {BY_ATTRIBUTE[node.attr] for node in nodes if node.attr in BY_ATTRIBUTE and _is_settings(node.value)}


def _used_by(body: ast.FunctionDef) -> set[str]:
    """Its own attributes; of what it hands itself to, as ``parts=self``, all that this may ask for."""
    handed = any(
        isinstance(node, ast.keyword) and node.arg == "parts" and isinstance(node.value, ast.Name)
        for node in ast.walk(body)
    )
    return _own_attributes(body) | (_asked_for() if handed else set())


@cache
def _asked_for() -> set[str]:
    """What routes may ask the bootstrap for: the properties of ``Parts``."""
    tree = ast.parse(DEPENDENCIES.read_text(encoding="utf-8"))
    (asked,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Parts")
    return {node.name for node in asked.body if isinstance(node, ast.FunctionDef)}


def _own_attributes(body: ast.AST) -> set[str]:
    """``name`` for each ``self.name``."""
    return {
        node.attr
        for node in ast.walk(body)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }


def _is_bootstrap(node: ast.AST) -> bool:
    """``wired``, or ``Bootstrap(...)`` itself."""
    called = node.func if isinstance(node, ast.Call) else None
    return (isinstance(node, ast.Name) and node.id == "wired") or (
        isinstance(called, ast.Name) and called.id == "Bootstrap"
    )


def _is_settings(node: ast.AST) -> bool:
    """``settings``, ``self.settings`` or ``wired.settings``."""
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None
    return name == "settings"
