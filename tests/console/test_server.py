"""The server of the console: a fixed table of files, with security headers, ETags and compression."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.console.server import CONTENT_TYPES, KEEP_FOR_GOOD, PAGE, VERSION_PLACEHOLDER, Console

SIGN_IN = "https://earshot-1.auth.eu-west-1.amazoncognito.com"
CONSOLE = Console("client-1", SIGN_IN)


def request(path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    given_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return CONSOLE.answer({"rawPath": path, "headers": given_headers, "requestContext": {"http": {"method": method}}})


def body(answer: dict[str, Any]) -> bytes:
    assert answer["isBase64Encoded"] is True
    return base64.b64decode(answer["body"])


@pytest.mark.parametrize(
    ("path", "to"), [("/", "console/index.html"), ("/console", "console/index.html"), ("/console/", "index.html")]
)
def test_short_addresses_redirect_to_the_page_relative_to_the_api(path, to):
    answer = request(path)
    assert (answer["statusCode"], answer["headers"]["Location"]) == (302, to)


def test_every_file_is_served_with_its_type_cache_rule_and_etag():
    assert len(CONSOLE.files) > 20
    for name, file in CONSOLE.files.items():
        answer = request(f"/console/{name}")
        assert (answer["statusCode"], body(answer)) == (200, file.body)
        assert answer["headers"]["Content-Type"] == CONTENT_TYPES[Path(name).suffix]
        is_kept = answer["headers"]["Cache-Control"] == KEEP_FOR_GOOD
        assert is_kept == ("/" in name), "only what has the version in its address may be kept"
        assert request(f"/console/{name}", if_none_match=answer["headers"]["ETag"])["statusCode"] == 304


def test_a_browser_that_accepts_gzip_gets_gzip():
    answer = request(f"/console/{PAGE}", accept_encoding="gzip, br")
    assert answer["headers"]["Content-Encoding"] == "gzip"
    assert gzip.decompress(body(answer)) == CONSOLE.files[PAGE].body


def test_a_head_request_gets_no_body():
    answer = request(f"/console/{PAGE}", "HEAD")
    assert (answer["statusCode"], body(answer)) == (200, b"")


@given(st.one_of(st.text(), st.sampled_from(sorted(CONSOLE.files)).map(lambda name: f"../console/{name}")))
def test_any_other_path_is_not_found(rest):
    if rest and rest not in CONSOLE.files:
        assert request(f"/console/{rest}")["statusCode"] == 404


@pytest.mark.parametrize("path", ["/console/../settings.py", "/console/%2e%2e/settings.py", "/console//etc/passwd"])
def test_no_path_leaves_the_static_files(path):
    assert request(path)["statusCode"] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_files_can_only_be_read(method):
    answer = request(f"/console/{PAGE}", method)
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/console/nothing", f"/console/{PAGE}", "/console/config.json"])
def test_every_answer_has_the_security_headers(path):
    headers = request(path)["headers"]
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


def test_the_configuration_names_where_to_sign_in():
    assert json.loads(body(request("/console/config.json"))) == {
        "user_pool_client_id": "client-1",
        "authorize_url": f"{SIGN_IN}/oauth2/authorize",
        "token_url": f"{SIGN_IN}/oauth2/token",
        "logout_url": f"{SIGN_IN}/logout",
    }


def test_another_release_has_other_addresses(tmp_path):
    (tmp_path / PAGE).write_text(f'<script src="{VERSION_PLACEHOLDER}/app.js">')
    (tmp_path / "app.js").write_text("1")
    first = set(Console("c", SIGN_IN, tmp_path).files)
    (tmp_path / "app.js").write_text("2")
    changed = Console("c", SIGN_IN, tmp_path)
    (script,) = set(changed.files) - first
    assert f'<script src="{script}">'.encode() == changed.files[PAGE].body
