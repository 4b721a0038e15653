"""A blog that is listened to: what stands in its feed, and from which minute on."""

from datetime import timedelta

from earshot.mentions.sources.rss.subscription import Subscription
from infra.faults.scenario.posts import BRAND, START
from infra.local.feeds.documents import FeedItem, rss

# The stand-in answers here whatever its port is, so that the keys of what it serves are the same in each process.
PORT = 8080
PATH = "/feed/"
BLOG = f"http://127.0.0.1:{PORT}"
# The schedule of the template.
EVERY_MINUTES = 5
FEED = Subscription(f"{BLOG}{PATH}", BRAND, words=("nimbus air",), reach=40_000)


def _item(minute: int, name: str, author: str, html: str) -> tuple[int, FeedItem]:
    at = START + timedelta(minutes=minute)
    return minute, FeedItem(f"{BLOG}/{name}/", html, author, name.capitalize(), at, guid=name)


_ITEMS = (
    _item(
        6, "stranded", "Walter", "<p>Nimbus Air left my wife in Leeds without her heart tablets. Nobody helps us.</p>"
    ),
    _item(18, "refund", "Ruth", "<p>Nimbus Air charged me twice and will not give my money back. I want it today!</p>"),
    _item(18, "legroom", "Olga", "<p>Does anybody know whether Nimbus Air has more legroom at the exits?</p>"),
    _item(31, "crew", "Walter", "<p>Nimbus Air found us a doctor in the end. Thank you to the crew.</p>"),
)
ITEMS = len(_ITEMS)


def feed_at(minute: int) -> str:
    """The document in a minute of the scenario: the newest item first."""
    return rss("Notes from the gate", BLOG, [item for since, item in reversed(_ITEMS) if since <= minute])
