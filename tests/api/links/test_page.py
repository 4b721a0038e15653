"""The pages behind links: nothing that people wrote becomes markup, and no page is long."""

from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from earshot.api.links.page import case_page
from earshot.cases.case.key import CaseKey
from earshot.mentions.mention import Author
from tests.fakes import MemoryStore, changed
from tests.links_fakes import a_ladder_case


class Seen(HTMLParser):
    """The elements of a page, their attributes, and what a person reads in the quotation."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.links: list[str | None] = []
        self.quoted = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["blockquote"]:
            self.quoted += data


A_CASE = a_ladder_case(MemoryStore())
HOSTILE = st.text(max_size=300) | st.sampled_from(
    [
        "</blockquote><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</style><form action=https://evil.example><button>Acknowledge</button>",
        "&lt;script&gt; &#x3c;b&#62; <!-- --> ]]>",
        "<a href=javascript:alert(1)>",
    ]
)


@given(HOSTILE, HOSTILE, HOSTILE, st.integers(0, 10**9))
def test_nothing_that_people_wrote_becomes_markup(text, name, link, followers):
    harmless = Seen(
        case_page(changed(A_CASE, posts__headline__link="https://x.com/1"), "rung 1", A_CASE.opened_at, message="m")
    )
    author = Author("7", "jane", name, followers=followers)
    reasons = (replace(A_CASE.assessment.reasons[0], text=text),)
    case = changed(
        A_CASE,
        key=CaseKey("x", name, "7-nimbusair"),
        author=author,
        posts__headline__text=text,
        posts__headline__link=f"https://x.com/{link}",
        assessment__reasons=reasons,
    )
    seen = Seen(case_page(case, "rung 1", A_CASE.opened_at, message=text or "m"))
    assert (seen.tags, seen.attributes) == (harmless.tags, harmless.attributes)
    assert seen.links == [f"https://x.com/{link}"]


@given(st.sampled_from(["javascript:alert(1)", "data:text/html,x", "//evil.example", " https://x.com", ""]))
def test_an_address_that_is_none_of_the_web_is_no_link(link):
    assert Seen(case_page(changed(A_CASE, posts__headline__link=link), "rung 1", A_CASE.opened_at)).links == []


@given(st.sampled_from(["😡", "&", "<", "\u202e", "荷"]), st.integers(1, 25_000))
def test_no_page_is_longer_than_ten_kilobytes(letter, length):
    reason = replace(A_CASE.assessment.reasons[0], text="something of the customer's is lost" * 3)
    author = Author("7", "jane", letter * 500)
    case = changed(A_CASE, posts__headline__text=letter * length, assessment__reasons=(reason,) * 40, author=author)
    assert len(case_page(case, "rung 1", A_CASE.opened_at, message="m" * 200).encode()) < 10_000


def test_a_post_is_quoted_as_it_was_written():
    text = "“Never” again <b>\n  they & you</b> 😡"
    assert Seen(case_page(changed(A_CASE, posts__headline__text=text), "rung 1", A_CASE.opened_at)).quoted == text
