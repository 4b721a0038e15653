"""The program as syntax trees: its files, what they import, and which names they use."""

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from infra.paths import FUNCTIONS, INFRA
from tests.architecture.layout import WIRING


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

    @property
    def imports(self) -> Sequence[str]:
        """Every module that is imported, wherever the statement stands; what only type checkers read is left out."""
        return self._names[0]

    @property
    def attributes(self) -> Sequence[str]:
        """Every dotted name that is used, by its last two parts, and every plain call."""
        return self._names[1]

    @cached_property
    def _names(self) -> tuple[Sequence[str], Sequence[str]]:
        """The imports and the attributes: each rule asks for them again, and they are found once."""
        nodes = list(ast.walk(ast.parse(self.source)))
        return tuple(self._imports(nodes)), tuple(_attributes(nodes))

    def _imports(self, nodes: Sequence[ast.AST]) -> Iterator[str]:
        skipped = {id(inner) for node in nodes if _is_typing(node) for inner in ast.walk(node)}
        for node in nodes:
            if id(node) in skipped:
                continue
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{self.name} imports relatively"
                yield node.module or ""
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _attributes(nodes: Sequence[ast.AST]) -> Iterator[str]:
    for node in nodes:
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


def read_functions() -> Program:
    """Every file that is deployed."""
    modules = []
    for file in sorted(FUNCTIONS.rglob("*.py")):
        parts = file.relative_to(FUNCTIONS).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        if len(parts) > 1 or parts[0] != "earshot":
            modules.append(Module(".".join(parts[1:] if parts[0] == "earshot" else parts), file.read_text("utf-8")))
    return modules


def read_infra() -> Program:
    """Every file of infra, by its whole name."""
    files = [file for file in sorted(INFRA.rglob("*.py")) if file.name != "__init__.py"]
    return [
        Module(".".join(file.relative_to(INFRA.parent).with_suffix("").parts), file.read_text("utf-8"))
        for file in files
    ]
