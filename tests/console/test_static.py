"""The console's files: small, in layers, from no other host, and without a way to turn text into markup."""

import hashlib
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from earshot.console.server import PAGE, STATIC, Console

CONSOLE = Console("client-1", "https://earshot-1.auth.eu-west-1.amazoncognito.com")
# The most that a page may weigh with all that it loads, uncompressed: 200 KB.
MOST_BYTES = 200_000
MOST_FILES_IN_A_FOLDER = 12
# uPlot 1.6.32 as npm has it: dist/uPlot.iife.min.js, dist/uPlot.min.css and LICENSE.
VENDORED = {
    "uplot.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uplot.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "uplot.LICENSE.txt": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
}
# Every way in which a text could become markup or a program.
MARKUP = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "srcdoc", "eval(", "Function(", "DOMParser")
SCRIPTS = sorted(path for path in STATIC.rglob("*.js") if path.parent.name != "vendor")
STYLES = sorted((STATIC / "styles").glob("*.css"))
# The folders that a folder's scripts, and those in folders within it, may import from.
LAYERS = {
    "lib": {"lib"},
    "widgets": {"lib", "widgets"},
    "case": {"lib", "widgets"},
    "pages": {"lib", "widgets", "case"},
}
# A page of several files imports its own, and only those.
PARTS = {"pages/settings"}


def relative(path: Path) -> str:
    return path.relative_to(STATIC).as_posix()


def imports(script: str, *, lazy: bool = False) -> Iterator[str]:
    """The scripts that ``script`` loads when it is loaded, and with ``lazy`` also those that it loads later."""
    source = (STATIC / script).read_text(encoding="utf-8")
    statements = r'^(?:import|} from|import .* from) .*?"(\.[\w./-]+)";$'
    pattern = rf'{statements}|import\("(\.[\w./-]+)"\)' if lazy else statements
    for match in re.finditer(pattern, source, re.MULTILINE):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(script), next(filter(None, match.groups()))))


def loaded_with(script: str) -> set[str]:
    """What is loaded together with a script, itself included."""
    waiting, needed = [script], {script}
    while waiting:
        new = set(imports(waiting.pop())) - needed
        needed |= new
        waiting += new
    return needed


# What is loaded when it is opened: pages, and the tabs of the settings.
LAZY_PAGES = sorted(
    found
    for script in ("app.js", "pages/settings/settings.js")
    for found in set(imports(script, lazy=True)) - set(imports(script))
)


def test_the_page_names_only_files_that_exist_and_no_other_host():
    page = CONSOLE.files[PAGE].body.decode()
    named = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert named
    assert set(named) <= set(CONSOLE.files)
    for path in (*SCRIPTS, *STYLES, STATIC / PAGE):
        hosts = set(re.findall(r"https?://[\w.]+", path.read_text(encoding="utf-8")))
        assert not hosts, f"{relative(path)} names {hosts}"


def test_scripts_import_only_files_that_exist():
    everything = {relative(script) for script in SCRIPTS}
    for script in everything:
        assert set(imports(script, lazy=True)) <= everything, script
    reached = {"app.js"}
    waiting = ["app.js"]
    while waiting:
        new = set(imports(waiting.pop(), lazy=True)) - reached
        reached |= new
        waiting += new
    assert reached == everything, "a script that nothing imports"


def test_what_the_page_needs_at_once_is_preloaded():
    """Without these lines a browser would discover one module after the other, each by a round trip of its own."""
    needed = loaded_with("app.js") - {"app.js"}
    preloaded = re.findall(r'modulepreload" href="{version}/([\w./-]+)"', (STATIC / PAGE).read_text())
    assert preloaded == sorted(needed)


@pytest.mark.parametrize("script", [script for script in SCRIPTS if script.parent != STATIC], ids=relative)
def test_pages_stand_on_widgets_and_widgets_on_lib(script):
    own = next((part for part in PARTS if relative(script).startswith(f"{part}/")), None)
    others = [path for path in imports(relative(script), lazy=True) if own is None or not path.startswith(f"{own}/")]
    assert {path.split("/")[0] for path in others} <= LAYERS[relative(script).split("/")[0]]


def test_no_folder_is_crowded():
    for folder in (STATIC, *(path for path in STATIC.rglob("*") if path.is_dir())):
        files = [path for path in folder.iterdir() if path.is_file()]
        assert len(files) <= MOST_FILES_IN_A_FOLDER, folder.name


def weight(files: set[str]) -> int:
    """The bytes of these files, as they are served."""
    served = {name.split("/", 1)[-1]: len(file.body) for name, file in CONSOLE.files.items()}
    return sum(served[name] for name in files)


@pytest.mark.parametrize("page", LAZY_PAGES)
def test_everything_that_a_page_loads_is_small(page):
    """With the shell, every style and the chart library, whether it has charts or not: the browser test weighs each."""
    vendored = {relative(path) for path in (STATIC / "vendor").glob("uplot.*s*") if path.suffix != ".txt"}
    frame = loaded_with("pages/settings/settings.js") if page.startswith("pages/settings/") else set()
    shown = loaded_with("app.js") | loaded_with(page) | frame
    files = shown | {PAGE, "icon.svg"} | {relative(path) for path in STYLES} | vendored
    assert weight(files) < MOST_BYTES, page


def test_scripts_are_served_without_the_comments_that_nobody_needs_there():
    served = {name.split("/", 1)[-1]: file.body.decode() for name, file in CONSOLE.files.items()}
    for script in SCRIPTS:
        source = script.read_text(encoding="utf-8")
        lines = iter(source.splitlines())
        kept = served[relative(script)].splitlines()
        assert all(line in lines for line in kept), "in their order, and nothing else"
        assert not [line for line in kept if line.lstrip().startswith(("//", "* "))]
    (chart,) = (STATIC / "vendor").glob("*.js")
    assert served["vendor/uplot.js"] == chart.read_text(encoding="utf-8"), "with its licence"


@pytest.mark.parametrize("script", SCRIPTS, ids=relative)
def test_no_script_turns_text_into_markup_or_stores_a_token(script):
    source = script.read_text(encoding="utf-8")
    assert not [word for word in MARKUP if word in source]
    # sessionStorage holds the verifier during a sign-in; localStorage, what a person has chosen.
    assert "sessionStorage" not in source or relative(script) == "lib/session.js"
    assert "localStorage" not in source or relative(script) == "lib/preferences.js"


@pytest.mark.parametrize(("name", "digest"), VENDORED.items())
def test_the_chart_library_is_the_reviewed_release(name, digest):
    assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest
