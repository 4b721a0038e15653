"""The documents of the repository, and what can be read out of their Markdown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from infra.paths import ROOT

README = ROOT / "README.md"
HANDBOOK = (README, *sorted((ROOT / "docs").glob("*.md")))
RECORDS = tuple(sorted((ROOT / "docs" / "decisions").glob("*.md")))
DOCUMENTS = (
    *HANDBOOK,
    *RECORDS,
    *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "RELEASING.md", "SECURITY.md")),
)

_FENCE = re.compile(r"^(?P<mark>```+)(?P<language>[a-z]*)\n(?P<text>.*?)^(?P=mark)$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
_SAMPLE = re.compile(r"<!-- sample: ([a-z-]+) -->\n```[a-z]*\n(.*?)\n```", re.DOTALL)
_SHELLS = frozenset({"sh", "console", "bash"})


@dataclass(frozen=True, slots=True)
class Command:
    """A command line that a document gives its reader. ``is_whole`` is False where a sentence only mentions it."""

    document: str
    line: str
    is_whole: bool


@cache
def text_of(document: Path) -> str:
    """A document's Markdown."""
    return document.read_text("utf-8")


def prose(document: Path) -> str:
    """A document without its fenced blocks."""
    return _FENCE.sub("", text_of(document))


def spans(document: Path) -> list[str]:
    """What stands between backticks in a document's prose."""
    return _SPAN.findall(prose(document))


def commands(document: Path) -> Iterator[Command]:
    """Each command of a document: the lines of its shell blocks, and what its sentences name."""
    for block in _FENCE.finditer(text_of(document)):
        if block["language"] in _SHELLS:
            for line in _lines(block["text"], prompted=block["language"] == "console"):
                yield Command(document.name, line, is_whole=True)
    for span in spans(document):
        yield Command(document.name, span, is_whole=False)


def _lines(block: str, *, prompted: bool) -> Iterator[str]:
    """The command lines of a shell block, those continued by a backslash joined, comments removed."""
    for line in re.sub(r"\\\n\s*", "", block).splitlines():
        if prompted and not line.startswith("$ "):
            continue
        yield re.sub(r"\s#\s.*", "", line.removeprefix("$ ")).strip()


def links(document: Path) -> list[str]:
    """The targets of a document's links and pictures that lie in this repository."""
    found = ["".join(match) for match in _LINK.findall(prose(document))]
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(document: Path) -> frozenset[str]:
    """The anchors that GitHub makes of a document's headings."""
    headings = [re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", found) for found in _HEADING.findall(prose(document))]
    return frozenset(re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings)


def sample(document: Path, name: str) -> str:
    """The block that a document shows below ``<!-- sample: NAME -->``."""
    (found,) = [text for given, text in _SAMPLE.findall(text_of(document)) if given == name]
    return found


def samples(document: Path) -> list[str]:
    """The names of the samples that a document shows."""
    return [name for name, _ in _SAMPLE.findall(text_of(document))]


def table(document: Path, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without its head."""
    _, _, below = text_of(document).partition(f"\n{heading}\n")
    found = re.search(r"(?:^\|.+\|\n)+", re.split(r"\n#+ ", below, maxsplit=1)[0], re.MULTILINE)
    rows = found[0].splitlines() if found else []
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows[2:]]
