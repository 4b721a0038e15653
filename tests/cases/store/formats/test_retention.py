"""How long what is stored is kept, by the source of its posts."""

from datetime import timedelta

import pytest

from earshot.cases.store.formats.retention import Retention, retention_of
from earshot.cases.store.keys import alert_record, author_key, conversation_key, day_counts_key, mention_key
from earshot.errors import SettingError
from earshot.settings import Settings
from tests.fakes import CASE, START

BY_SOURCE = Retention(timedelta(days=400), {"x": timedelta(days=30), "feed": timedelta(days=500)})


@pytest.mark.parametrize(
    ("partition", "days"),
    [
        (mention_key("x#1")["pk"], 30),
        (mention_key("feed#https://a.example/x#1")["pk"], 500),
        (mention_key("mastodon#1@x")["pk"], 400),
        (author_key("x#7")["pk"], 30),
        (conversation_key(CASE)["pk"], 30),
        (alert_record(CASE, "2026#01#sms", {})["pk"], 30),
        (conversation_key("incident-x-2026")["pk"], 400),
        (day_counts_key(START.date())["pk"], 400),
        ("THREAD#x#1", 30),
        ("SETTINGS#x", 400),
    ],
)
def test_an_item_is_kept_as_long_as_its_source_says(partition: str, days: int) -> None:
    assert BY_SOURCE.expiry(partition, START) == int((START + timedelta(days=days)).timestamp())


def test_where_nothing_is_said_all_are_kept_alike() -> None:
    assert retention_of(timedelta(days=9)).longest == timedelta(days=9)
    assert BY_SOURCE.longest == timedelta(days=500)


def test_the_setting_names_what_is_wrong() -> None:
    assert Settings({"RETENTION_BY_SOURCE": "x=30, feed=365"}).retention_by_source["feed"] == timedelta(days=365)
    assert Settings({}).retention_by_source == {}
    for wrong in ("x", "x=0", "X=3", "x=30;feed=2"):
        with pytest.raises(SettingError, match="no source with its days"):
            _ = Settings({"RETENTION_BY_SOURCE": wrong}).retention_by_source
