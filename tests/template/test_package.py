"""What `sam build` makes of the template: the packages that are deployed, and their size."""

import ast
import importlib.metadata
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.local.lambdas.entry_files import entry_file
from infra.paths import ROOT

pytestmark = pytest.mark.sam

FUNCTIONS = (
    "FetchFunction",
    "FeedFetchFunction",
    "SocialFetchFunction",
    "ClassifyFunction",
    "NotifyFunction",
    "DeliverFunction",
    "ReceiptsFunction",
    "EscalateFunction",
    "WatchFunction",
    "DigestFunction",
    "SweepFunction",
    "ApiFunction",
    "ConsoleFunction",
)
# The runtime's own; boto3 in the layer would cost 20 MB and shadow what AWS keeps up to date.
FROM_THE_RUNTIME = {"boto3", "botocore", "s3transfer", "python-dateutil", "six"}
# smsutil asks for it on Python 2 alone, and does not say so.
NEVER_IMPORTED = {"future"}
# What the program needs although nothing imports it by name: the resolver's validation, and
# the time zones that zoneinfo looks up where the system has none.
LOADED_BY_OTHERS = {"pydantic", "tzdata"}
TARGET = {"python_version": "3.14", "platform_machine": "aarch64", "sys_platform": "linux", "extra": ""}
MEGABYTE = 1_000_000
AARCH64 = 183  # e_machine in the header of an ELF file


@pytest.fixture(scope="module")
def dependencies(make: Callable[..., None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of the layer of all functions, as `sam build` makes it: for the platform of the template."""
    directory = tmp_path_factory.mktemp("dependencies")
    make("build-DependenciesLayer", ARTIFACTS_DIR=str(directory), COMPILER="none")
    return directory / "python"


def _zipped_size(directory: Path) -> int:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in directory.rglob("*"):
            archive.write(path, path.relative_to(directory))
    return buffer.tell()


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def _requirements(root: Path) -> dict[str, Requirement]:
    lines = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(text) for line in lines if (text := line.split("#")[0].strip())]
    return {canonicalize_name(pin.name): pin for pin in pins}


def test_the_template_is_clean_by_every_rule(root: Path) -> None:
    """Those about policies among them: what an action can be granted on, and that there is such an action at all.

    What `sam validate` asks beside them, SAM's transform of the release that the CLI has, is the fixture ``expanded``.
    """
    lint = [str(root / ".venv-sam" / "bin" / "cfn-lint"), "--template", "template.yaml", "--include-checks", "I"]
    done = subprocess.run(lint, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " ".join(lint[1:]) in (root / "Makefile").read_text(encoding="utf-8")


def test_the_built_template_has_no_anchors_and_no_merge_keys_which_cloudformation_refuses(built: Path) -> None:
    tokens = list(yaml.scan((built / "template.yaml").read_text(encoding="utf-8")))
    assert not [token for token in tokens if isinstance(token, yaml.AnchorToken | yaml.AliasToken)]
    assert "<<" not in [token.value for token in tokens if isinstance(token, yaml.ScalarToken)]


def test_the_runtime_is_the_newest_python_that_sam_and_the_sdk_know(
    sam_python: Callable[[str], str], template: dict[str, Any]
) -> None:
    to_sam = sam_python("from samcli.lib.utils.architecture import SUPPORTED_RUNTIMES as r; print(*r)").split()
    to_the_sdk = botocore.session.get_session().get_service_model("lambda").shape_for("Runtime").enum
    known = [runtime for runtime in set(to_sam) & set(to_the_sdk) if runtime.startswith("python3.")]
    assert template["Globals"]["Function"]["Runtime"] == max(known, key=lambda runtime: int(runtime.split(".")[1]))
    assert template["Resources"]["DependenciesLayer"]["Properties"]["CompatibleRuntimes"] == [
        template["Globals"]["Function"]["Runtime"]
    ]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_package_holds_the_program_and_nothing_else(name: str, built: Path, root: Path) -> None:
    package = built / name
    entry = entry_file(name.removesuffix("Function").lower())
    assert (package / entry.relative_to(root / "functions")).exists()
    source = {path.relative_to(root / "functions") for path in (root / "functions").rglob("*.py")}
    assert {path.relative_to(package) for path in package.rglob("*") if path.suffix == ".py"} == source
    assert not [path for path in package.rglob("*") if path.name == "__pycache__" or path.suffix == ".egg-info"]
    files = {path.relative_to(root / "functions") for path in (root / "functions/earshot/console/static").rglob("*.*")}
    assert len(files) > 20
    assert files <= {path.relative_to(package) for path in package.rglob("*.*")}
    # Without its weights the wording would be read from a file that is not there.
    assert (package / "earshot" / "triage" / "text_model" / "weights.json").exists()
    # Six languages and the emoji: without them sentiment there would be read from files that are not there.
    assert len(list((package / "earshot" / "triage" / "sentiment" / "words").glob("*.txt"))) == 7
    # Every file costs a header of some 200 bytes, and every docstring its words: small is still less than a photograph.
    assert _zipped_size(package) < 1.2 * MEGABYTE


def test_the_layer_is_small_and_made_for_the_runtime(dependencies: Path) -> None:
    layer = dependencies
    assert _zipped_size(layer) < 4.8 * MEGABYTE
    assert _size(layer) < 14 * MEGABYTE
    names = {path.name for path in layer.iterdir()}
    assert not {"boto3", "botocore", "bin", "pip", "setuptools"} & names
    assert not [path for path in layer.rglob("*") if path.name in {"tests", "__pycache__"} or path.suffix == ".c"]
    compiled = list(layer.rglob("*.so"))
    assert [path.parent.name for path in compiled] == ["pydantic_core"]
    for path in compiled:
        assert "cpython-314" in path.name
        assert int.from_bytes(path.read_bytes()[18:20], "little") == AARCH64


def test_the_encoder_has_a_layer_of_its_own_and_is_in_no_package(
    built: Path, make: Callable[..., None], root: Path, tmp_path: Path
) -> None:
    layer = tmp_path / "EncoderLayer"
    make("build-EncoderLayer", ARTIFACTS_DIR=str(layer), COMPILER="none")
    weights = root / "functions/earshot/triage/encoder/weights.npz"
    assert (layer / "encoder" / "weights.npz").read_bytes() == weights.read_bytes()
    assert {path.name for path in (layer / "python").iterdir() if path.suffix != ".dist-info"} == {
        "numpy",
        "numpy.libs",
    }
    # Lambda takes 250 MB for the code and all of its layers.
    assert _size(layer) < 80 * MEGABYTE
    for path in layer.rglob("*.cpython-*.so"):
        assert "cpython-314" in path.name
        assert int.from_bytes(path.read_bytes()[18:20], "little") == AARCH64
    assert [path.parents[1].name for path in built.rglob("weights.npz")] == ["EncoderLayer"]


def test_bytecode_is_the_runtimes_own_and_is_never_compared_with_the_sources(
    make: Callable[..., None], tmp_path: Path
) -> None:
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    make("build-ConsoleFunction", ARTIFACTS_DIR=str(tmp_path), COMPILER=sys.executable, LAYER_PYTHON="3.99")
    assert not list(tmp_path.rglob("*.pyc"))
    make("build-ConsoleFunction", ARTIFACTS_DIR=str(tmp_path), COMPILER=sys.executable, LAYER_PYTHON=own)
    compiled = list(tmp_path.rglob("*.pyc"))
    assert len(compiled) == len(list(tmp_path.rglob("*.py")))
    # PEP 552: a hash in place of a time, and unchecked.
    assert {path.read_bytes()[4:8] for path in compiled} == {b"\x01\0\0\0"}


def test_every_requirement_is_pinned() -> None:
    for name, pin in _requirements(ROOT).items():
        (specifier,) = pin.specifier
        assert specifier.operator == "==", name


def test_the_layer_holds_all_that_its_packages_ask_for(dependencies: Path, root: Path) -> None:
    """pip was told not to look after dependencies, so that boto3 stays out."""
    pins = _requirements(root)
    found = {canonicalize_name(each.name): each for each in importlib.metadata.distributions(path=[str(dependencies)])}
    assert set(found) == set(pins)
    for name, distribution in found.items():
        assert distribution.version in pins[name].specifier
        for needed in _needed(distribution):
            if canonicalize_name(needed.name) not in FROM_THE_RUNTIME | NEVER_IMPORTED:
                other = found.get(canonicalize_name(needed.name))
                assert other is not None, f"{name} needs {needed}"
                assert other.version in needed.specifier, f"{name} needs {needed}"


def test_the_layer_holds_nothing_that_nobody_uses(dependencies: Path, root: Path) -> None:
    found = {canonicalize_name(each.name): each for each in importlib.metadata.distributions(path=[str(dependencies)])}
    imported = _imported(root / "functions")
    wanted = [name for name, each in found.items() if imported & _modules(each)] + sorted(LOADED_BY_OTHERS)
    used: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in found and name not in used:
            used.add(name)
            wanted += [canonicalize_name(needed.name) for needed in _needed(found[name])]
    assert used == set(found)


def test_nothing_opens_the_pages_of_swagger_which_the_layer_leaves_out(root: Path) -> None:
    for path in (root / "functions").rglob("*.py"):
        assert "enable_swagger" not in path.read_text(encoding="utf-8"), path.name


def test_what_was_left_out_of_the_layer_is_not_missed(built: Path) -> None:
    check = """
import sys
sys.path.insert(0, sys.argv[1])
import anyascii, charset_normalizer, markupsafe, pydantic, requests, smsutil, tweepy, urllib3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
for module in (anyascii, charset_normalizer, pydantic, requests, smsutil, tweepy, urllib3):
    assert module.__file__.startswith(sys.argv[1]), module.__file__
assert charset_normalizer.from_bytes("Où est mon bagage ?".encode("latin-1")).best() is not None
assert markupsafe.Markup("<p>{}</p>").format("<b>") == "<p>&lt;b&gt;</p>"
assert SentimentIntensityAnalyzer().polarity_scores("terrible \\N{POUTING FACE}")["compound"] < 0
app = APIGatewayHttpResolver(enable_validation=True)
@app.get("/cases/<case_id>")
def case(case_id: int) -> dict[str, int]:
    return {"id": case_id}
assert "/cases/{case_id}" in app.get_openapi_schema(title="t", version="1").paths
"""
    arguments = [sys.executable, "-W", "ignore", "-B", "-c", check, str(built / "DependenciesLayer" / "python")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _needed(distribution: importlib.metadata.Distribution) -> list[Requirement]:
    """What a package asks for on the target, without its extras."""
    all_of_it = (Requirement(text) for text in distribution.requires or [])
    return [each for each in all_of_it if each.marker is None or each.marker.evaluate(TARGET)]


def _modules(distribution: importlib.metadata.Distribution) -> set[str]:
    """The top-level modules of a package; its record was left out, so its name and its top_level.txt tell."""
    listed = (distribution.read_text("top_level.txt") or "").split()
    return {*listed, re.sub(r"-", "_", distribution.metadata["Name"])}


def _imported(directory: Path) -> set[str]:
    """The top-level modules that the program imports."""
    found: set[str] = set()
    for path in directory.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                found.add(node.module.split(".")[0])
    return found
