"""What each function loads at its cold start, in an interpreter of its own: nothing that another one is for."""

import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from earshot.api.routes import LIKELY_FILES, whole_app
from earshot.settings import SETTINGS
from infra.paths import FUNCTIONS
from tests.api.fakes import an_event

pytestmark = pytest.mark.slow

# boto3 brings nothing that botocore, of which it consists, does not have.
BOTO3 = {"boto3", "s3transfer", "multiprocessing"}
# Nothing that only a developer's machine has is ever loaded.
TOOLS = {"moto", "pytest", "hypothesis", "ministack", "click", "infra", "tests", "samtranslator", "awslambdaric"}
FEEDS = {"feedparser", "feedparser_sgmllib"}
X = {"tweepy", "requests", "requests_oauthlib", "oauthlib", "charset_normalizer"}
READER = {"earshot.triage.reader", "earshot.cases.second_opinion"}
LEXICON = {"vaderSentiment"}
API = {"pydantic", "pydantic_core", "earshot.api", "aws_lambda_powertools.event_handler"}
SMS = {"smsutil", "anyascii", "earshot.alerting.messages.sms"}
RULES = {"earshot.triage.rules.english.cues", "earshot.triage.rules.spanish", "earshot.triage.language.detector"}
CASES = {"earshot.cases"}
# What a month's budgets are counted with brings the feeds along; most texts need no letters of other alphabets.
SELDOM = {"earshot.mentions.budget", "anyascii"}
# What few requests ask for.
PARTS = {
    "earshot.alerting.mute.silence_table",
    "earshot.alerting.recipients.finder",
    "earshot.alerting.roster.admin",
    "earshot.api.auth.user_pool",
    "earshot.cases.store.batch_reads",
    "earshot.mentions.ledger",
    "earshot.reports",
    "earshot.triage.normalizer",
}
# Each is loaded when somebody asks for it.
ROUTES = {f"earshot.api.routes.{name}" for name in ("authors", "case_actions", "incidents", "reports", "staff")}
FORBIDDEN = {
    "fetch": LEXICON | API | SMS | RULES | CASES,
    "feedfetch": LEXICON | API | SMS | RULES | CASES | {"tweepy", "requests"},
    "socialfetch": LEXICON | API | SMS | RULES | CASES | X | FEEDS,
    # The lexicon's library brings requests along, and is loaded for the first post that it measures.
    "classify": X | LEXICON | API | SMS | READER,
    "notify": X | LEXICON | API | RULES | SELDOM,
    "deliver": X | LEXICON | API | SMS | RULES | {"earshot.cases.case"},
    "receipts": X | LEXICON | API | SMS | RULES,
    # What is only asked of a policy or of a page that somebody opens.
    "escalate": X | LEXICON | API | SMS | RULES | {"tomllib", "itsdangerous", "earshot.triage.normalizer.letters"},
    "watch": X | LEXICON | API | SMS | RULES,
    "digest": X | LEXICON | API | SMS | RULES,
    # X's library is loaded where X is read at all.
    "sweep": LEXICON | API | SMS | RULES | X,
    # Whoever opens the page waits for this one.
    "console": X | LEXICON | SMS | RULES | CASES | API | {"boto3", "aws_lambda_powertools"},
    "api": X
    | LEXICON
    | ROUTES
    | PARTS
    | SELDOM
    | SMS
    | {"earshot.triage.sentiment.comprehend", "earshot.triage.sentiment.lexicon", "earshot.triage.language.detector"},
}
NEEDED = {
    "fetch": "tweepy",
    "feedfetch": "earshot.mentions.sources.rotation",
    "socialfetch": "earshot.mentions.sources.rotation",
    "classify": "earshot.triage.judge",
    "notify": "smsutil",
    "deliver": "standardwebhooks",
    "receipts": "earshot.alerting.sms.receipt",
    "escalate": "earshot.alerting.escalation",
    "watch": "earshot.cases.incidents.detector",
    "digest": "earshot.reports.digest.text",
    "sweep": "earshot.voices",
    "console": "earshot.console.server",
    "api": "pydantic",
}
# In Lambda a function is wired while it is imported.
PROGRAM = """
import importlib, json, os, sys
importlib.import_module(sys.argv[1]).build(os.environ)
print(json.dumps(sorted(sys.modules)))
"""
AS_LAMBDA = """
import console, gc, json
print(json.dumps([gc.isenabled(), gc.get_freeze_count() > 0]))
"""
ROUTE_BY_ROUTE = """
import json, sys
from earshot.api.routes import load_route
loaded = []
for method, path in (("GET", "/cases"), ("GET", "/report"), ("GET", "/nowhere")):
    load_route(method, path)
    loaded.append(sorted(name for name in sys.modules if name.startswith("earshot.api.routes.")))
print(json.dumps(loaded))
"""
WHO_AM_I = """
import json, sys
from types import SimpleNamespace
from earshot.api.app import answer
event = json.loads(sys.argv[1])
deps = SimpleNamespace(brands=lambda: SimpleNamespace(names=()), clock=lambda: None)
deps.note_sign_in = deps.names_of = lambda name: ()
print(answer(event, None, deps)["body"])
"""
VALUES = {"BRAND_HANDLES": "NimbusAir", "LINK_BASE_URL": "https://example.com", "SIGN_IN_URL": "https://example.com"}
ENVIRON = {
    **{name: VALUES.get(name, "a-name") for name, setting in SETTINGS.items() if setting.default is None},
    **VALUES,
    "PYTHONPATH": str(FUNCTIONS),
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
}


@cache
def loaded(function: str, reader: str = "") -> frozenset[str]:
    """Every module that a function has loaded when it is ready for its first event; ``reader`` is the model, if any."""
    environ = ENVIRON | {"READER_MODEL_ID": reader}
    return frozenset(run(environ, PROGRAM, function))


def run(environ: dict[str, str], *program: str) -> Any:
    """What a program prints as JSON."""
    answer = subprocess.run(
        [sys.executable, "-c", *program], env=environ, capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(answer.stdout)


@pytest.mark.parametrize("function", FORBIDDEN)
def test_a_function_loads_nothing_that_another_one_is_for(function: str) -> None:
    assert loaded(function) & (FORBIDDEN[function] | TOOLS | BOTO3) == set()


@pytest.mark.parametrize("function", FORBIDDEN)
def test_what_a_function_is_for_is_seen_among_what_it_loads(function: str) -> None:
    assert NEEDED[function] in loaded(function)


def test_what_the_reader_needs_is_loaded_where_a_model_is_named() -> None:
    assert READER | {"pydantic"} <= loaded("classify", "some.model")
    assert not {"earshot.api", "aws_lambda_powertools.event_handler"} & loaded("classify", "some.model")


def test_garbage_is_looked_for_again_when_a_function_has_started() -> None:
    """And what it loaded is none."""
    assert run(ENVIRON | {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001"}, AS_LAMBDA) == [True, True]


def test_the_api_loads_a_file_of_routes_when_somebody_asks_for_it() -> None:
    cases, reports, everything = map(set, run(ENVIRON, ROUTE_BY_ROUTE))
    assert cases & ROUTES == set()
    assert reports - cases == {"earshot.api.routes.reports"}
    assert everything > reports | ROUTES


def test_who_has_just_signed_in_is_told_of_every_permission_whatever_is_loaded() -> None:
    event = an_event("GET", "/me", groups="[admin]")
    told: Any = run(ENVIRON, WHO_AM_I, json.dumps(event))
    assert told["permissions"] == sorted(route.operation_id for route in whole_app().declared_routes)


def test_a_file_of_routes_has_what_it_is_loaded_for() -> None:
    read = [route for route in whole_app().declared_routes if route.method == "GET"]
    for first, file in LIKELY_FILES.items():
        module = sys.modules[f"earshot.api.routes.{file}"]
        below = [route.operation_id for route in read if route.rule.split("/")[1] == first]
        assert any(hasattr(module, operation) for operation in below), first
