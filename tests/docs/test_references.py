"""What the documents refer to exists: files, headings, parameters, outputs, metrics, settings."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from earshot.settings import SETTINGS
from infra.paths import FUNCTIONS, ROOT
from infra.template_yaml import parse_template
from tests.architecture.layout import ROOMS
from tests.docs.documents import DOCUMENTS, HANDBOOK, README, anchors, links, spans, table, text_of

DOCS = ROOT / "docs"
ARCHITECTURE, DEPLOYING, OPERATING = DOCS / "architecture.md", DOCS / "deploying.md", DOCS / "operating.md"
TEMPLATE: dict[str, Any] = parse_template((ROOT / "template.yaml").read_text("utf-8"))
PARAMETERS: dict[str, dict[str, Any]] = TEMPLATE["Parameters"]
# Where a path in a document may begin.
HOMES = (ROOT, FUNCTIONS, FUNCTIONS / "earshot", ROOT / "infra", ROOT / "tests")
FOLDERS = frozenset(
    folder.name for home in HOMES for folder in home.iterdir() if folder.is_dir() and not folder.name.startswith("_")
)
# Files that a reader makes, and that a command writes for them.
THEIRS = frozenset(
    """
    posts.csv terms.toml next.toml policy.toml judgements.jsonl airline_dev.csv intent_dev.csv mentions.jsonl
    cases.jsonl alerts.jsonl reader.json summary.json figures.json ablation.csv targets.json parameters.prod.yaml
    """.split()
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_links_lead_somewhere(document: Path) -> None:
    broken = []
    for link in links(document):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_paths_exist(document: Path) -> None:
    paths = [span for span in spans(document) if is_path(span)]
    assert [path for path in paths if not any(exists(home, path) for home in (document.parent, *HOMES))] == []


def is_path(span: str) -> bool:
    """Whether a span names a file or folder of this repository."""
    is_placeholder = "NAME" in span or span in THEIRS
    if is_placeholder or not re.fullmatch(r"[\w./*-]+", span) or span.startswith((".", "/")):
        return False
    has_folder = "/" in span and span.partition("/")[0] in FOLDERS
    return has_folder or re.search(r"\.(?:py|toml|jsonl?|ya?ml|png|md)$", span) is not None


def exists(home: Path, path: str) -> bool:
    """Whether the path leads somewhere from ``home``; a file's name alone may be that of any file below."""
    if "/" not in path and home != ROOT:
        return path in file_names(home)
    return any(home.glob(path)) if "*" in path else (home / path).exists()


@cache
def file_names(home: Path) -> frozenset[str]:
    return frozenset(file.name for file in home.rglob("*") if file.is_file())


def test_the_architecture_names_the_rooms_in_order() -> None:
    assert tuple(room.strip("`/") for room, *_ in table(ARCHITECTURE, "## The code")) == ROOMS


def test_the_keys_and_attributes_of_the_tables_are_those_of_the_code() -> None:
    code = "".join(file.read_text("utf-8") for file in (FUNCTIONS / "earshot").rglob("*.py"))
    rows = [row for row in text_of(ARCHITECTURE).partition("**CaseTable**")[2].splitlines() if row.startswith("| ")]
    rows = rows[1 : next(number for number, row in enumerate(rows) if row.startswith("| index "))]
    assert len(rows) > 20
    told = {key for row in rows for key in re.findall(r"`([A-Z]{4,})", row)}
    told |= {name for row in rows for name in re.findall(r"`([a-z]+(?:_[a-z]+)*)`", row.rpartition(" | ")[2])}
    assert [name for name in told if not re.search(rf"\b{name}\b", code)] == []


def test_every_parameter_is_explained_with_its_default() -> None:
    explained = {}
    for first, _, default, *_ in table(DEPLOYING, "## Parameters"):
        explained |= dict.fromkeys(re.findall(r"`(\w+)`", first), default.replace("`", ""))
    defaults = {name: str(parameter.get("Default", "required")) for name, parameter in PARAMETERS.items()}
    told = {name: {"none": "", "empty": ""}.get(default, default) for name, default in explained.items()}
    assert {name: number(text) for name, text in told.items()} == {
        name: number(text) for name, text in defaults.items()
    }


def number(text: str) -> str | float:
    return float(text) if re.fullmatch(r"[\d.]+", text) else text


@pytest.mark.parametrize("document", HANDBOOK, ids=lambda document: document.name)
def test_parameters_and_outputs_exist(document: Path) -> None:
    """Parameters are recognised by how they are given on a command line, and by the words that only they end in."""
    given = re.findall(r"--parameter-overrides ((?:\w+=\S+ ?)+)", text_of(document))
    named = {pair.partition("=")[0] for pairs in given for pair in pairs.split()}
    endings = ("Limit", "Days", "Email", "Phone", "Timezone", "Hour", "Handles", "Terms", "MaxPrice", "PartPrices")
    names_in_prose = (span for span in spans(document) if re.fullmatch(r"(?!Alerts)(?:[A-Z][a-z]*){2,}", span))
    named |= {name for name in names_in_prose if name.endswith(endings)}
    outputs = set(re.findall(r"\boutputs? `(\w+)`", text_of(document)))
    assert named <= set(PARAMETERS)
    assert outputs <= set(TEMPLATE["Outputs"])


def test_the_metrics_of_the_handbook_are_those_of_the_functions() -> None:
    told = [
        name for first, *_ in table(OPERATING, "## Metrics and dashboard") for name in re.findall(r"`(\w+)`", first)
    ]
    assert sorted(told) == sorted(set().union(*map(counted, FUNCTIONS.rglob("*.py"))))


def counted(file: Path) -> set[str]:
    """The metrics to which a file adds; one that ends in a channel is two, as ``AlertsSentBySms``."""
    calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call) and node.args]
    adding = [call for call in calls if ast.unparse(call.func) in ("count", "metrics.add_metric")]
    said = [ast.unparse(call.args[0]) for call in adding]
    stems = [stem for text in said for stem in re.findall(r"f'(\w+)\{", text)]
    named = {name for text in said for name in re.findall(r"(?<!f)'(\w+)'", text)}
    return named | {f"{stem}{channel}" for stem in stems for channel in ("Sms", "Email")}


def test_the_settings_of_the_handbook_are_those_of_the_functions() -> None:
    told = {first.strip("`"): rest for first, *rest in table(OPERATING, "## Settings")}
    assert set(told) == set(SETTINGS)
    read: dict[str, set[str]] = {}
    for name, function in resources("AWS::Serverless::Function").items():
        for variable in function["Properties"].get("Environment", {}).get("Variables", {}):
            read.setdefault(variable, set()).add(name.removesuffix("Function").lower())
    for name, (_, default, _, readers) in told.items():
        given = default.strip("`")
        assert {"none": None, "empty": ""}.get(given, given) == SETTINGS[name].default
        assert set(readers.split(", ")) == read[name]


def test_every_alarm_is_explained() -> None:
    assert {name.strip("`") for name, *_ in table(OPERATING, "## Alarms")} == set(resources("AWS::CloudWatch::Alarm"))


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The resources of a type, as the template writes them."""
    return {name: one for name, one in TEMPLATE["Resources"].items() if one["Type"] == kind}


@pytest.mark.parametrize("document", HANDBOOK, ids=lambda document: document.name)
def test_what_the_handbook_quotes_is_said_by_the_program(document: Path) -> None:
    """Log messages, log entries of a case, states and reasons: spans of several words that are no command."""
    quoted = [span for span in spans(document) if re.fullmatch(r"[A-Za-z]+(?: [a-z-]+)+", span)]
    programs = ("earshot", "make", "sam", "aws", "git", "curl")
    assert [words for words in quoted if words.split()[0] not in programs and words not in said()] == []


@cache
def said() -> str:
    """The text of every file that may say something."""
    files = [file for home in (FUNCTIONS, ROOT / "infra") for end in ("py", "js") for file in home.rglob(f"*.{end}")]
    return "".join(file.read_text("utf-8") for file in files)


def test_the_code_refers_to_documents_that_exist() -> None:
    files = [*FUNCTIONS.rglob("*.py"), *(ROOT / "infra").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    named = {name for file in files for name in re.findall(r"\bdocs/[\w/-]+\.(?:md|json)\b", file.read_text("utf-8"))}
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_index_lists_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    assert {page for page in HANDBOOK if page not in (README, index)} <= {
        (index.parent / link.partition("#")[0]).resolve() for link in links(index)
    }
