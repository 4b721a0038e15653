"""Which competitors the customers of a period name, and in which tone."""

from earshot.cases.case.posts import OtherPost
from earshot.reports.period.voice import CompetitorFigures, competitors_in, share_of_voice
from earshot.triage.judgement import Intent
from tests.fakes import START
from tests.reports.period.fakes import a_case


def test_each_competitor_is_counted_once_a_case_in_any_spelling_and_any_post():
    later = OtherPost("9", START, "even Rival   Air is better")
    cases = [
        a_case("1", posts__headline__text="going to #RivalAir now, rival-air has seats"),
        a_case("2", posts__other_posts=(later,)),
        a_case("3", posts__headline__text="nicer than ＲＩＶＡＬ air", assessment__intent=Intent.PRAISE),
        a_case("4", posts__headline__text="tired of Otherline", assessment__intent=Intent.OPPORTUNITY),
        a_case("5", posts__headline__text="the arrival airport is closed"),
    ]
    assert share_of_voice(cases, ["Otherline", "Rival Air", "Nobody", "Rival Air"]) == (
        CompetitorFigures("Rival Air", 3, 0.6, complaints=2, praise=1, opportunities=0),
        CompetitorFigures("Otherline", 1, 0.2, complaints=0, praise=0, opportunities=1),
    )
    assert share_of_voice([], ["Rival Air"]) == share_of_voice(cases, []) == ()


def test_competitors_are_read_of_terms_and_none_of_what_cannot_be_read():
    assert competitors_in('competitors = ["Rival Air", "@other"]\nvoices = 1') == ("Rival Air", "@other")
    assert [competitors_in(text) for text in ("", "competitors =", "competitors = 1", "competitors = [1]")] == [()] * 4
