"""Forty minutes of a bad morning: 25 posts by customers and by the brand."""

from datetime import UTC, datetime, timedelta

from earshot.mentions.mention import Author
from infra.local.x.posts import XPost

BRAND = "NimbusAir"
TERM = "nimbus airlines"
# The digest is due half an hour after the start.
START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
MINUTES = 58
_BRAND = Author("900", BRAND, "Nimbus Air", 250_000, verified=True)


def _customer(number: int, name: str, followers: int = 120) -> Author:
    return Author(str(number), name.lower(), name, followers)


_ANA, _BEN, _CORA, _DAN, _EVE = (
    _customer(101, "Ana", 800),
    _customer(102, "Ben"),
    _customer(103, "Cora"),
    _customer(104, "Dan"),
    _customer(105, "Eve"),
)
_FAY, _GUS, _HAL, _IDA, _JOE = (
    _customer(106, "Fay", 64_000),
    _customer(107, "Gus"),
    _customer(108, "Hal"),
    _customer(109, "Ida"),
    _customer(110, "Joe"),
)
_KIM, _LEO, _MAY = _customer(111, "Kim"), _customer(112, "Leo"), _customer(113, "May")


def _post(
    minute: float,
    id: str,
    author: Author,
    text: str,
    reply_to: str | None = None,
    thread: str | None = None,
    repost_of: str | None = None,
) -> XPost:
    at = START + timedelta(minutes=minute)
    return XPost(id, author, text, at, "en", thread or id, in_reply_to_id=reply_to, reposted_id=repost_of)


POSTS: tuple[XPost, ...] = (
    _post(2.1, "1", _ANA, "@NimbusAir there is smoke in the cabin of NA412, we are still at the gate and nobody helps"),
    _post(2.5, "2", _BEN, "@NimbusAir thank you for the lovely crew on my flight today, the best trip in years"),
    _post(3.2, "3", _CORA, "@NimbusAir flight cancelled, I am stranded with two small children and no hotel, help!"),
    _post(4.4, "4", _DAN, "@NimbusAir do you fly to Lisbon in winter?"),
    _post(
        5.1,
        "5",
        _EVE,
        "nimbus airlines lost my suitcase with my insulin in it, third time I call and nobody answers",
    ),
    _post(6.2, "6", _FAY, "RT", repost_of="1"),
    _post(6.3, "7", _GUS, "RT", repost_of="1"),
    _post(7.5, "8", _ANA, "@NimbusAir the smoke is getting worse, people are coughing", "1", "1"),
    _post(8.2, "9", _HAL, "@NimbusAir same here, two hours on the tarmac and no water for my sick mother", "3", "3"),
    _post(9.1, "10", _BRAND, "@cora We are sorry. A colleague is at gate 12 with a hotel voucher.", "3", "3"),
    _post(10.4, "11", _IDA, "@NimbusAir you charged me 480 pounds twice, third time I ask. I want my money back today"),
    _post(11.2, "12", _JOE, "@NimbusAir love it. Five hours late and the app says on time. Great job, really."),
    _post(12.6, "13", _CORA, "@NimbusAir thank you so much, that was quick", "10", "3"),
    _post(13.3, "14", _BRAND, "We are looking into delays in Leeds this morning and will update you here."),
    _post(14.1, "15", _KIM, "@NimbusAir still waiting in Leeds, no one at the desk", "14", "14"),
    _post(
        15.2, "16", _LEO, "@NimbusAir somebody is in my account and booked a flight with my card, please block it now"
    ),
    _post(16.9, "17", _DAN, "@NimbusAir never mind, found it", "4", "4"),
    _post(18.3, "18", _BRAND, "@ana The crew has the aircraft evacuated now. Please call us on this line.", "8", "1"),
    _post(20.1, "19", _MAY, "reading about nimbus airlines in the paper, shares are up two percent"),
    _post(22.4, "20", _EVE, "nimbus airlines: still no suitcase, my blood sugar is at 340", "5", "5"),
    _post(24.5, "21", _HAL, "@NimbusAir hello? anybody?", "9", "3"),
    _post(26.7, "22", _BEN, "@NimbusAir one question, where do I leave feedback for the crew?"),
    _post(28.2, "23", _BRAND, "@hal We hear you: water is on its way to stand 7.", "21", "3"),
    _post(33.4, "24", _IDA, "@NimbusAir and now a third charge of 480 pounds. This is theft", "11", "11"),
    _post(36.8, "25", _JOE, "@NimbusAir we have landed. Thanks to the captain for the honest words", "12", "12"),
)


def case_of(post: str) -> str:
    """The id of the case of the customer who wrote a post of the scenario."""
    one = next(one for one in POSTS if one.id == post)
    return f"x-{one.conversation_id}-{one.author.id}-{BRAND.lower()}"
