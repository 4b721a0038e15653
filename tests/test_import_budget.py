"""What each function loads at its cold start, in an interpreter of its own: nothing that another one is for."""

import json
import subprocess
import sys
from functools import cache

import pytest

from earshot.settings import SETTINGS
from infra.paths import FUNCTIONS

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
FORBIDDEN = {
    "fetch": LEXICON | API | SMS | RULES | CASES,
    "feedfetch": LEXICON | API | SMS | RULES | CASES | {"tweepy", "requests"},
    # The lexicon's library brings requests along, and is loaded for the first post that it measures.
    "classify": X | LEXICON | API | SMS | READER,
    "notify": X | LEXICON | API | RULES,
    "deliver": X | LEXICON | API | SMS | RULES | {"earshot.cases.case"},
    "receipts": X | LEXICON | API | SMS | RULES,
    # What is only asked of a policy or of a page that somebody opens.
    "escalate": X | LEXICON | API | SMS | RULES | {"tomllib", "itsdangerous", "earshot.triage.normalizer.letters"},
    "watch": X | LEXICON | API | SMS | RULES,
    "digest": X | LEXICON | API | SMS | RULES,
    # Whoever opens the page waits for this one.
    "console": X | LEXICON | SMS | RULES | CASES | API | {"boto3", "aws_lambda_powertools"},
    "api": X
    | LEXICON
    | SMS
    | {"earshot.triage.sentiment.comprehend", "earshot.triage.sentiment.lexicon", "earshot.triage.language.detector"},
}
NEEDED = {
    "fetch": "tweepy",
    "feedfetch": "earshot.mentions.sources.rotation",
    "classify": "earshot.triage.judge",
    "notify": "smsutil",
    "deliver": "standardwebhooks",
    "receipts": "earshot.alerting.sms.receipt",
    "escalate": "earshot.alerting.escalation",
    "watch": "earshot.cases.incidents.detector",
    "digest": "earshot.reports.digest.text",
    "console": "earshot.console.server",
    "api": "pydantic",
}
# In Lambda a function is wired while it is imported.
PROGRAM = """
import importlib, json, os, sys
importlib.import_module(sys.argv[1]).build(os.environ)
print(json.dumps(sorted(sys.modules)))
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
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM, function], env=environ, capture_output=True, text=True, check=True, timeout=60
    )
    return frozenset(json.loads(answer.stdout))


@pytest.mark.parametrize("function", FORBIDDEN)
def test_a_function_loads_nothing_that_another_one_is_for(function: str) -> None:
    assert loaded(function) & (FORBIDDEN[function] | TOOLS | BOTO3) == set()


@pytest.mark.parametrize("function", FORBIDDEN)
def test_what_a_function_is_for_is_seen_among_what_it_loads(function: str) -> None:
    assert NEEDED[function] in loaded(function)


def test_what_the_reader_needs_is_loaded_where_a_model_is_named() -> None:
    assert READER | {"pydantic"} <= loaded("classify", "some.model")
    assert not {"earshot.api", "aws_lambda_powertools.event_handler"} & loaded("classify", "some.model")
