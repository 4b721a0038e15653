"""The console's files: served from a fixed table, guarded, small, and made of nothing that takes text for markup."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.console.server import FOLDER, KEPT, PAGE, TYPES, VERSION, Console

SIGN_IN = "https://earshot-1.auth.eu-west-1.amazoncognito.com"
CONSOLE = Console("client-1", SIGN_IN)
# What a page may weigh, with all that it loads, as it lies here: 200 KB.
MOST_BYTES = 200_000
# uPlot 1.6.32 as npm has it: dist/uPlot.iife.min.js, dist/uPlot.min.css and LICENSE.
VENDORED = {
    "uplot.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uplot.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "uplot.LICENSE.txt": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
}
# Every way in which a text could become markup or a program.
MARKUP = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "srcdoc", "eval(", "Function(", "DOMParser")
OWN_SCRIPTS = sorted(FOLDER.glob("*.js"))


def ask(path: str, method: str = "GET", console: Console = CONSOLE, **headers: str) -> dict[str, Any]:
    given_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    event = {"rawPath": path, "headers": given_headers, "requestContext": {"http": {"method": method}}}
    return console.answer(event)


def body(answer: dict[str, Any]) -> bytes:
    assert answer["isBase64Encoded"] is True
    return base64.b64decode(answer["body"])


def imports(script: Path) -> set[str]:
    """The modules that a script loads when it is loaded."""
    return set(re.findall(r'^(?:import|} ?from|import .* from) .*?"\./([\w.]+)";$', script.read_text(), re.MULTILINE))


@pytest.mark.parametrize(
    ("path", "to"), [("/", "console/index.html"), ("/console", "console/index.html"), ("/console/", "index.html")]
)
def test_every_way_in_leads_to_the_page_wherever_the_api_stands(path, to):
    answer = ask(path)
    assert (answer["statusCode"], answer["headers"]["Location"]) == (302, to)


def test_every_file_is_served_as_what_it_is_and_kept_for_as_long_as_it_stays_the_same():
    assert len(CONSOLE.files) > 20
    for name, file in CONSOLE.files.items():
        answer = ask(f"/console/{name}")
        assert (answer["statusCode"], body(answer)) == (200, file.body)
        assert answer["headers"]["Content-Type"] == TYPES[Path(name).suffix]
        is_kept = answer["headers"]["Cache-Control"] == KEPT
        assert is_kept == ("/" in name), "only what has the version in its address may be kept"
        assert ask(f"/console/{name}", if_none_match=answer["headers"]["ETag"])["statusCode"] == 304


def test_a_phone_gets_it_packed():
    answer = ask(f"/console/{PAGE}", accept_encoding="gzip, br")
    assert answer["headers"]["Content-Encoding"] == "gzip"
    assert gzip.decompress(body(answer)) == CONSOLE.files[PAGE].body


def test_whoever_asks_for_the_head_gets_no_body():
    answer = ask(f"/console/{PAGE}", "HEAD")
    assert (answer["statusCode"], body(answer)) == (200, b"")


@given(st.one_of(st.text(), st.sampled_from(sorted(CONSOLE.files)).map(lambda name: f"../console/{name}")))
def test_no_other_path_leads_anywhere(rest):
    if rest and rest not in CONSOLE.files:
        assert ask(f"/console/{rest}")["statusCode"] == 404


@pytest.mark.parametrize("path", ["/console/../settings.py", "/console/%2e%2e/settings.py", "/console//etc/passwd"])
def test_no_path_climbs_out(path):
    assert ask(path)["statusCode"] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_files_are_only_read(method):
    answer = ask(f"/console/{PAGE}", method)
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/console/nothing", f"/console/{PAGE}", "/console/config.json"])
def test_every_answer_says_what_the_page_may_do(path):
    headers = ask(path)["headers"]
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == f"'self' {SIGN_IN}"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert "camera=()" in headers["Permissions-Policy"]


def test_the_page_is_told_where_to_sign_in():
    assert json.loads(body(ask("/console/config.json"))) == {
        "user_pool_client_id": "client-1",
        "authorize_url": f"{SIGN_IN}/oauth2/authorize",
        "token_url": f"{SIGN_IN}/oauth2/token",
        "logout_url": f"{SIGN_IN}/logout",
    }


def test_another_release_has_other_addresses(tmp_path):
    (tmp_path / PAGE).write_text(f'<script src="{VERSION}/app.js">')
    (tmp_path / "app.js").write_text("1")
    first = set(Console("c", SIGN_IN, tmp_path).files)
    (tmp_path / "app.js").write_text("2")
    changed = Console("c", SIGN_IN, tmp_path)
    (script,) = set(changed.files) - first
    assert f'<script src="{script}">'.encode() == changed.files[PAGE].body


def test_the_page_names_only_files_that_are_there_and_no_other_host():
    page = CONSOLE.files[PAGE].body.decode()
    named = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert named
    assert set(named) <= set(CONSOLE.files)
    for path in (*OWN_SCRIPTS, *FOLDER.glob("*.css"), FOLDER / PAGE):
        hosts = set(re.findall(r"https?://[\w.]+", path.read_text(encoding="utf-8")))
        assert not hosts, f"{path.name} names {hosts}"


def test_what_the_page_needs_at_once_is_fetched_at_once():
    """Without these lines a browser would find out module by module, one round trip after the other."""
    waiting, needed = ["app.js"], set()
    while waiting:
        name = waiting.pop()
        for found in imports(FOLDER / name) - needed:
            needed.add(found)
            waiting.append(found)
    preloaded = set(re.findall(r'modulepreload" href="{version}/([\w.]+)"', (FOLDER / PAGE).read_text()))
    assert preloaded == needed


def test_all_that_any_page_loads_is_small():
    sizes = {name: len(file.body) for name, file in CONSOLE.files.items() if not name.endswith(".txt")}
    assert sum(sizes.values()) < MOST_BYTES, sizes


@pytest.mark.parametrize("script", OWN_SCRIPTS, ids=lambda path: path.name)
def test_no_script_takes_text_for_markup_or_keeps_a_token(script):
    source = script.read_text(encoding="utf-8")
    assert not [word for word in MARKUP if word in source]
    # sessionStorage holds the verifier while the browser is away signing in; localStorage whether keys are off.
    assert "sessionStorage" not in source or script.name == "session.js"
    assert "localStorage" not in source or script.name == "keys.js"


@pytest.mark.parametrize(("name", "digest"), VENDORED.items())
def test_the_chart_library_is_the_one_that_was_looked_at(name, digest):
    assert hashlib.sha256((FOLDER / "vendor" / name).read_bytes()).hexdigest() == digest
