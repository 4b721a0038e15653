"""Reading a feed: what becomes a mention, of which conversation, in answer to what, and what a server's faults do."""

from datetime import timedelta
from typing import Any

import pytest

from earshot.mentions.source_state import SourceStatus
from earshot.mentions.sources.rss import items, reader
from earshot.mentions.sources.rss.client import Answer
from earshot.mentions.sources.rss.document import Document
from earshot.mentions.sources.rss.items import is_of_site
from earshot.mentions.sources.rss.subscription import About
from infra.local.feeds.documents import atom, rss
from infra.local.feeds.server import ATOM, FAILS, GONE, TOO_OFTEN
from tests.fakes import START
from tests.mentions.sources.rss.feed_listener import BLOG, FeedListener, item

BELOW = "/my-bank/feed/"


def put(feed: FeedListener, *items: Any) -> None:
    feed.server.put(feed.path, rss("Walter's Notes", BLOG, items))


def test_a_post_about_the_brand_is_a_mention_with_the_reach_of_its_blog(feed: FeedListener) -> None:
    feed.options = {"reach": 250_000}
    html = "<p>Dear <b>Harbor  Bank</b>,</p><script>steal()</script><p>where is my money &amp; why?</p>"
    put(feed, item(1, html, title="My bank", minutes=1), item(2, "<p>Roses are out.</p>", minutes=2))
    (mention,) = feed.new(minutes=5)
    assert mention.text == "My bank\n\nDear Harbor Bank,\n\nwhere is my money & why?"
    assert (mention.author.name, mention.author.followers) == ("Walter", 250_000)
    assert (mention.source, mention.brand, mention.link) == ("feed", "HarborBank", f"{BLOG}/2026/post-1/")
    assert (mention.created_at, mention.baseline) == (START + timedelta(minutes=1), False)
    assert feed.new(minutes=5) == []


def test_what_was_there_before_is_history_and_what_is_old_is_not_kept(feed: FeedListener) -> None:
    fresh = FeedListener(feed.server, feed.clock, feed.path + "new/")
    put(fresh, item(1, minutes=-60), item(2, minutes=-60 * 24 * 8), item(3, at=None))
    outcome = fresh.run()
    assert [(one.id, one.baseline) for one in fresh.queue.mentions] == [(one.id, True) for one in fresh.queue.mentions]
    assert len(fresh.queue.mentions) == 2
    assert outcome.not_kept == {"from before the feed was added": 1}
    assert fresh.state.status is SourceStatus.BASELINE
    put(fresh, item(4, minutes=3), item(5, minutes=-30))
    # A comment that was approved late is from before, too.
    assert {one.text[:6]: one.baseline for one in fresh.new(minutes=5)} == {"Post 4": False, "Post 5": True}


def test_an_item_that_changes_is_one_post_with_a_newer_text(feed: FeedListener) -> None:
    put(feed, item(1, minutes=1))
    (first,) = feed.new(minutes=5)
    put(feed, item(1, "<p>Harbor Bank  lost my pension</p>", minutes=1))
    assert feed.new(minutes=5) == []  # the same words in other markup
    put(feed, item(1, "Harbor Bank lost my pension, and I cannot pay my rent", minutes=1))
    (edited,) = feed.new(minutes=5)
    assert (edited.id, edited.key, edited.created_at) == (first.id, first.key, first.created_at)
    assert (len(edited.edit_ids), edited.edited_at) == (1, feed.clock.now)
    put(feed, item(1, minutes=1))
    (back,) = feed.new(minutes=5)
    assert (back.edit_ids[0], len(set(back.edit_ids))) == (edited.edit_ids[0], 2)


def test_an_item_that_names_the_brand_only_later_is_heard_then(feed: FeedListener) -> None:
    put(feed, item(1, "My bank lost my pension", minutes=1))
    assert feed.run(minutes=5).not_kept == {"not about the brand": 1}
    assert feed.run(minutes=5).not_kept == {}
    put(feed, item(1, "My bank is Harbor Bank, and it lost my pension", minutes=1))
    assert len(feed.new(minutes=5)) == 1


def test_without_date_id_or_author_an_item_is_still_one_post_each(feed: FeedListener) -> None:
    feed.options = {"about": About.EVERYTHING}
    put(feed, *(item(n, f"text {n}", at=None, guid="", link="", author="") for n in (1, 2)))
    mentions = feed.new(minutes=5)
    assert len({one.id for one in mentions}) == len({one.conversation_id for one in mentions}) == 2
    assert {(one.created_at, one.author.name, one.link) for one in mentions} == {
        (feed.clock.now, "Walter's Notes", None)
    }
    assert feed.new(minutes=5) == []


def test_reviews_that_share_the_page_of_their_app_are_apart(feed: FeedListener) -> None:
    feed.options = {"about": About.EVERYTHING}
    reviews = [
        item(n, f"review {n}", author=f"user {n}", link="https://store.example/app?id=7", minutes=n) for n in (1, 2)
    ]
    put(feed, *reviews)
    mentions = feed.new(minutes=5)
    assert len({one.id for one in mentions}) == len({one.conversation_id for one in mentions}) == 2


def test_a_post_is_one_post_in_its_blog_and_in_an_alert_about_it(feed: FeedListener) -> None:
    link = f"{BLOG}/2026/post-1/"
    put(feed, item(1, minutes=1))
    alerts = FeedListener(feed.server, feed.clock, feed.path + "alerts/")
    put(alerts)
    alerts.run()
    wrapped = f"https://www.google.com/url?rct=j&url={link}%3Futm_source%3Dalerts&ct=ga"
    put(
        alerts,
        item(9, "...<b>Harbor Bank</b> lost my...", link=wrapped, guid="tag:google.com,2013:1", author="", minutes=1),
    )
    (here,), (there,) = feed.new(minutes=5), alerts.new()
    assert (here.key, here.conversation_key) == (there.key, there.conversation_key)
    assert (there.link, there.author.name) == (f"{link}?utm_source=alerts", "walter.example")


def on_server(feed: FeedListener) -> str:
    """A page on the server of the feed: what is said below it is read from the site of the page alone."""
    return f"{feed.server.url}/2026/post-1/"


def comments(feed: FeedListener, *items: Any) -> str:
    return feed.server.put(feed.path + BELOW, rss("Comments", BLOG, items))


def comment(number: int, html: str, author: str, minutes: float, **more: Any) -> Any:
    link = f"{BLOG}/2026/post-1/#comment-{number}"
    more = {"link": link, "guid": link, "title": f"By: {author}"} | more
    return item(number, html, author=author, minutes=minutes, **more)


def test_what_is_said_below_a_post_about_the_brand_belongs_to_its_conversation(feed: FeedListener) -> None:
    feed.options = {"reach": 250_000, "own_names": ("Harbor Bank Care",)}
    put(
        feed,
        item(1, minutes=1, link=on_server(feed), comments=comments(feed)),
        item(2, "Roses", minutes=1, link=feed.server.url + "/2/", comments=feed.server.url + "/no/"),
    )
    (post,) = feed.new(minutes=5)
    comments(
        feed,
        comment(4, "Walter, please send us your number.", "Harbor Bank Care", 8),
        comment(3, "@Ruth we are looking into it", "Harbor Bank Care", 8),
        comment(2, "Me too. Three weeks.", "Ruth Miller", 7),
        comment(1, "Same here, they never answer.", "Anonymous", 6),
    )
    below = {one.link[-1] if one.link else "": one for one in feed.new(minutes=5)}
    assert {one.conversation_id for one in below.values()} == {post.conversation_id}
    assert below["1"].text == "Same here, they never answer."
    assert {below["1"].author.name, below["2"].author.name} == {"Anonymous", "Ruth Miller"}
    assert below["2"].author.followers is None
    assert [below[n].own for n in "1234"] == [False, False, True, True]
    assert [below[n].in_reply_to_id for n in "1234"] == [post.id, post.id, below["2"].id, post.id]
    assert "/no/" not in {one.path for one in feed.server.asked}
    assert feed.new(minutes=5) == []
    assert feed.server.asked[-1].status == 304


def test_a_comment_that_says_what_it_answers_answers_that(feed: FeedListener) -> None:
    feed.options = {"own_names": ("https://harborbank.example",)}
    post, link = (
        item(
            1, minutes=1, guid="tag:blog,1:post", link=on_server(feed), comments=f"{feed.server.url}{feed.path}below/"
        ),
        f"{BLOG}/p.html",
    )
    feed.server.put(feed.path, atom("Blog", BLOG, [post]), ATOM)
    feed.new(minutes=5)
    ruth = item(
        7, "Me too", author="Ruth", guid="tag:blog,1:7", in_reply_to="tag:blog,1:post", link=f"{link}?showComment=7#c7"
    )
    answer = item(
        8, "Sorry!", author="H", guid="tag:blog,1:8", in_reply_to="tag:blog,1:7", link=f"{link}?showComment=8#c8"
    )
    feed.server.put(f"{feed.path}below/", atom("Comments", BLOG, [answer, ruth]), ATOM)
    first, second = sorted(feed.new(minutes=5), key=lambda one: one.text, reverse=True)
    assert (first.text, first.in_reply_to_id, second.in_reply_to_id) == ("Sorry!", second.id, second.conversation_id)


def test_two_without_a_name_are_two_and_one_with_a_name_is_one(feed: FeedListener) -> None:
    put(feed, item(1, minutes=1, link=on_server(feed), comments=comments(feed)))
    feed.new(minutes=5)
    comments(
        feed,
        *(comment(n, f"text {n}", "", 6, title="") for n in (1, 2)),
        *(comment(n, f"text {n}", "Ruth", 6) for n in (3, 4)),
        comment(5, "I say it again", "Walter", 6),
    )
    by_text = {one.text: one.author for one in feed.new(minutes=5)}
    assert len({author.id for author in by_text.values()}) == 4
    assert by_text["I say it again"].id == feed.queue.mentions[0].author.id


def test_faults_of_the_server_are_states_and_lose_nothing(feed: FeedListener) -> None:
    put(feed, item(1, minutes=1))
    feed.server.inject(feed.path, FAILS, TOO_OFTEN)
    assert feed.new(minutes=5) == []
    assert feed.state.status is SourceStatus.UNAVAILABLE
    feed.run(minutes=5)
    assert (feed.state.status, feed.state.until) == (SourceStatus.RATE_LIMITED, feed.clock.now + timedelta(minutes=30))
    asked = len(feed.server.asked)
    assert feed.run(minutes=5).skipped
    assert len(feed.server.asked) == asked
    assert len(feed.new(minutes=30)) == 1
    assert feed.state.status is SourceStatus.OK


def test_the_ledger_does_not_say_that_all_is_read_while_comments_wait_for_time(feed: FeedListener) -> None:
    put(feed, item(1, minutes=1, link=on_server(feed), comments=comments(feed)))
    feed.new(minutes=5)
    read = feed.clock.now
    feed.has_time = False
    feed.new(minutes=5)
    ledger = feed.sources.ledgers[feed.feed.key]
    assert (ledger.read_to, ledger.open.entry.capped) == (read, 1)
    feed.has_time = True
    feed.new(minutes=5)
    assert feed.sources.ledgers[feed.feed.key].read_to == feed.clock.now


def test_comments_that_cannot_be_read_hold_up_nothing_and_are_not_asked_for_once_they_are_gone(
    feed: FeedListener,
) -> None:
    put(feed, item(1, minutes=1, link=on_server(feed), comments=comments(feed)))
    feed.server.inject(feed.path + BELOW, GONE)
    assert len(feed.new(minutes=5)) == 1
    assert (feed.state.status, "410" in feed.state.notes[0]) == (SourceStatus.OK, True)
    assert feed.checkpoint.followed == {}


def test_more_than_the_feed_lists_is_a_gap(feed: FeedListener) -> None:
    put(feed, item(1, minutes=1))
    feed.run(minutes=5)
    put(feed, *(item(n, "Roses", minutes=5 + n) for n in range(2, 5)))
    feed.run(minutes=60)
    assert feed.state.status is SourceStatus.STALE_CHECKPOINT
    assert feed.state.gap is not None
    assert (feed.state.gap.start, feed.state.gap.end) == (START + timedelta(minutes=5), START + timedelta(minutes=7))


def test_an_item_cannot_name_a_feed_of_comments_on_another_site(feed: FeedListener) -> None:
    put(feed, item(1, minutes=1, comments=comments(feed)))
    assert len(feed.new(minutes=5)) == 1
    assert feed.checkpoint.followed == {}
    assert is_of_site("https://www.walter.example:8443/feed", "walter.example?p=1")
    assert not is_of_site("http://[bad", "walter.example/1")


def test_all_who_write_as_no_reply_are_different_people(feed: FeedListener) -> None:
    put(feed, item(1, minutes=1, link=on_server(feed), comments=comments(feed)))
    feed.new(minutes=5)
    writers = ("noreply@blogger.com (Unknown)", "noreply@blogger.com", "noreply@blogger.com (Anonymous)")
    more = [comment(n, f"text {n}", writer, 6) for n, writer in enumerate(writers, 1)]
    comments(feed, *more, comment(4, "text 4", "noreply@blogger.com (Ruth)", 6))
    by_text = {one.text: one.author for one in feed.new(minutes=5)}
    assert [by_text[f"text {n}"].name for n in range(1, 5)] == [*["Anonymous"] * 3, "Ruth"]
    assert len({author.id for author in by_text.values()}) == 4


def test_one_item_that_cannot_be_read_costs_no_other(feed: FeedListener, monkeypatch: pytest.MonkeyPatch) -> None:
    real = items.page_of

    def page_of(link: str | None) -> str | None:
        if link and "post-2" in link:
            raise ValueError(link)
        return real(link)

    monkeypatch.setattr(items, "page_of", page_of)
    put(feed, item(1, minutes=1), item(2, minutes=1), item(3, minutes=1, link=f"{BLOG}/3?{'a=1&' * 80}"))
    assert sorted(one.text[:6] for one in feed.new(minutes=5)) == ["Post 1", "Post 3"]
    assert "ValueError" in feed.state.notes[0]


def test_one_feed_of_comments_that_cannot_be_read_costs_no_other(
    feed: FeedListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = item(2, minutes=2, link=feed.server.url + "/2/", comments=feed.server.url + "/broken/")
    put(feed, item(1, minutes=1, link=on_server(feed), comments=comments(feed)), broken)
    feed.server.put("/broken/", rss("Comments", BLOG, ()))
    feed.new(minutes=5)
    comments(feed, comment(1, "Me too", "Ruth", 6))
    real = reader.read_document

    def read_document(answer: Answer) -> Document:
        if answer.url.endswith("/broken/"):
            raise RuntimeError
        return real(answer)

    monkeypatch.setattr(reader, "read_document", read_document)
    feed.server.put("/broken/", rss("Comments", BLOG, (comment(2, "Lost", "Ada", 6),)))
    assert [one.text for one in feed.new(minutes=5)] == ["Me too"]
    assert "RuntimeError" in feed.state.notes[0]
