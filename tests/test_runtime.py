"""When a function is wired: while Lambda imports it, and nowhere else before it is called."""

from datetime import UTC, timedelta

import pytest

from earshot.errors import SettingError
from earshot.runtime import on_first_call, utc_now
from earshot.settings import Settings


class Wiring:
    """Counts how often it was asked to build, and answers what it was called with."""

    def __init__(self):
        self.built = 0

    def __call__(self, environ):
        self.built += 1
        table = Settings(environ).case_table
        return lambda event, context: (table, event, context)


@pytest.fixture
def wiring(monkeypatch):
    monkeypatch.setenv("CASE_TABLE", "cases")
    return Wiring()


def test_elsewhere_a_function_is_wired_by_its_first_call_and_once(wiring):
    handler = on_first_call(wiring)
    assert wiring.built == 0
    assert handler("one", None) == ("cases", "one", None)
    assert handler("two", "context") == ("cases", "two", "context")
    assert wiring.built == 1


def test_lambda_wires_a_function_while_it_imports_it(wiring, monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    handler = on_first_call(wiring)
    assert wiring.built == 1
    assert handler("one", None) == ("cases", "one", None)
    assert wiring.built == 1


def test_a_setting_that_is_missing_shows_at_the_deployment_and_not_at_the_first_post(wiring, monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    monkeypatch.delenv("CASE_TABLE")
    with pytest.raises(SettingError, match="CASE_TABLE"):
        on_first_call(wiring)


def test_a_wiring_that_failed_is_tried_again(wiring, monkeypatch):
    monkeypatch.delenv("CASE_TABLE")
    handler = on_first_call(wiring)
    with pytest.raises(SettingError):
        handler("one", None)
    monkeypatch.setenv("CASE_TABLE", "cases")
    assert handler("two", None) == ("cases", "two", None)


def test_the_time_is_aware_and_in_utc():
    assert utc_now().tzinfo is UTC
    assert utc_now().utcoffset() == timedelta(0)
