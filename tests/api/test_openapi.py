"""The OpenAPI document, and the handbook beside it."""

import json

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from earshot.api.openapi import document
from earshot.api.resolver import ROLE_FIELD, SIGNED_IN
from earshot.api.routes import whole_app
from earshot.cases.case.status import Status
from infra.paths import ROOT

pytestmark = pytest.mark.slow

DOCS = ROOT / "docs"
DOCUMENT, HANDBOOK = DOCS / "openapi.json", DOCS / "api.md"


def test_the_document_is_valid_and_served(call):
    served = call("GET", "/openapi.json")
    OpenAPIV31SpecValidator(served.json).validate()
    assert served.json == json.loads(document(whole_app()))


def test_every_route_is_documented_with_its_answers():
    for path, operations in json.loads(document(whole_app()))["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert operation["summary"], f"{method} {path}"
            assert {"401"} < set(answers), f"{method} {path}"
            assert ("429" in answers) == (method != "get"), f"{method} {path}"
            # A note, a silence, looking or an act for many is right whatever others do meanwhile; a list of snippets
            # has its version in the body.
            for_many = path.endswith(("/notes", "/answers-all", "/told-all", "/viewers"))
            # So is what changes nothing, and what is said of one account alone.
            asks = path.endswith(("/preview", "/backtest")) or path in {
                "/undo",
                "/bulk",
                "/mentions",
                "/mentions/signed",
                "/removals",
            }
            unconditional = for_many or asks or path.startswith(("/silences", "/snippets", "/users"))
            assert ("412" in answers) == (method != "get" and not unconditional), f"{method} {path}"
            assert ("403" in answers) == (operation[ROLE_FIELD] != SIGNED_IN), f"{method} {path}"
            # What is put need not have been there; but no name in a path may have every sign in it.
            assert ("404" in answers) == ("{" in path), f"{method} {path}"
            for status, answer in answers.items():
                good = "text/csv" if path.endswith(".csv") else "application/json"
                kind = good if status in {"200", "201", "202"} else "application/problem+json"
                kinds = [] if status == "304" else [kind]
                also = {"text/csv"} - {good}
                assert [kind for kind in answer.get("content", {}) if kind not in also] == kinds, f"{method} {path}"


def test_the_document_in_the_repository_is_that_of_the_code():
    assert DOCUMENT.read_text(encoding="utf-8") == document(whole_app()), (
        "docs/openapi.json is not what the routes say: run `earshot openapi > docs/openapi.json`."
    )


def test_the_statuses_of_a_case_are_those_of_the_document():
    assert json.loads(document(whole_app()))["components"]["schemas"]["Status"]["enum"] == [
        str(status) for status in Status
    ]


def test_every_route_and_its_answers_stand_in_the_handbook():
    handbook = HANDBOOK.read_text(encoding="utf-8")
    for path, operations in json.loads(document(whole_app()))["paths"].items():
        for method, operation in operations.items():
            route = f"`{method.upper()} {path}`"
            assert f"### {route}\n" in handbook, f"docs/api.md has no section on {route}"
            row = f"| {route} | {operation[ROLE_FIELD]} | {', '.join(sorted(operation['responses']))} |"
            assert row in handbook, f"docs/api.md should have a row that begins {row!r}"
