"""What a client has seen against what there is, as RFC 9110 compares it."""

import pytest

from earshot.api.etags import if_match_allows, is_not_modified, weak_etag


@pytest.mark.parametrize(
    ("header", "passes"),
    [
        (None, True),
        ("*", True),
        ('"x-1-7-nimbusair.7"', True),
        ('"x-1-7-nimbusair.6", "x-1-7-nimbusair.7"', True),
        ('"x-1-7-nimbusair.6"', False),
        ('W/"x-1-7-nimbusair.7"', False),
        ("x-1-7-nimbusair.7", False),
        ("", False),
    ],
)
def test_if_match_takes_strong_tags_alone(header: str | None, passes: bool) -> None:
    assert if_match_allows(header, '"x-1-7-nimbusair.7"') is passes


@pytest.mark.parametrize(
    ("header", "seen"),
    [(None, False), ("*", True), ('W/"a"', True), ('"a"', True), ('"b", W/"a"', True), ('"b"', False), ("", False)],
)
def test_if_none_match_takes_weak_tags_as_well(header: str | None, seen: bool) -> None:
    assert is_not_modified(header, 'W/"a"') is seen


def test_one_text_has_one_tag() -> None:
    assert weak_etag("a") == weak_etag("a") != weak_etag("b")
    assert weak_etag("ä").startswith('W/"')
