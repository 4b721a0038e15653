"""What waits first when the budget of X runs low, and that the mentions never do."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.mentions.budget import LEAST_PAUSE, POST_READ_PRICE, ReadBudget
from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.source_state import SourceStatus
from earshot.mentions.sources.x.thinning import DEFAULT_THINNING, Step, Thinning
from infra.local.x.description import ApiVersion
from tests.fakes import START
from tests.mentions.fakes import post
from tests.mentions.listener import MENTIONS, Listener

SEARCH, OWN = Feed(FeedKind.SEARCH, "nimbus air"), Feed(FeedKind.OWN, "NimbusAir")
COSTLY = Thinning(DEFAULT_THINNING.order, ("nimbus air",))


@pytest.fixture(params=[ApiVersion.V2_167])
def version(request: pytest.FixtureRequest) -> ApiVersion:
    return request.param


def waiting(thinning: Thinning, spent: int) -> list[Feed]:
    budget = ReadBudget(100_000_000, spent, 0, thinning)
    other = Feed(FeedKind.SEARCH, "other")
    return [feed for feed in (SEARCH, other, OWN, MENTIONS) if budget.page_size(feed) is None]


def test_costly_terms_wait_first_then_searches_then_own_posts_and_the_mentions_last() -> None:
    other = Feed(FeedKind.SEARCH, "other")
    assert [share for share, _ in COSTLY.steps] == pytest.approx([0.8, 0.8 + 0.2 / 3, 0.8 + 0.4 / 3])
    assert waiting(COSTLY, 71_000_000) == []
    assert waiting(COSTLY, 73_000_000) == [SEARCH]
    assert waiting(COSTLY, 79_000_000) == [SEARCH, other]
    assert waiting(COSTLY, 85_000_000) == [SEARCH, other, OWN]
    assert waiting(COSTLY, 91_000_000) == [SEARCH, other, OWN, MENTIONS]
    own_first = Thinning((Step.OWN_POSTS, Step.SEARCHES, Step.COSTLY_TERMS))
    assert waiting(own_first, 73_000_000) == [OWN]


def test_it_is_told_what_waits_and_what_will() -> None:
    slow = "only the newest mentions are read, at intervals"
    assert DEFAULT_THINNING.outlook(0.5) == f"from 72% on searches wait; from 81% on own posts wait; from 90% on {slow}"
    assert DEFAULT_THINNING.outlook(0.8) == f"searches wait; from 81% on own posts wait; from 90% on {slow}"
    assert DEFAULT_THINNING.outlook(1) == f"searches, own posts wait; {slow}"


@given(
    limit=st.integers(1_000_000, 500_000_000),
    hours=st.integers(1, 720),
    left=st.floats(0, 1),
)
def test_looks_at_the_mentions_last_until_the_month_ends_and_cost_no_more_than_there_is(
    limit: int, hours: int, left: float
) -> None:
    end = START.replace(month=12, day=1, hour=0)
    now = end - timedelta(hours=hours)
    budget = ReadBudget(limit, round(limit * (1 - left)))
    look = budget.look(MENTIONS, now)
    price = 2 * POST_READ_PRICE
    if budget.left < 5 * price:
        assert look is None
        return
    until = end if not budget.is_todays_limit else now.replace(hour=0) + timedelta(days=1)
    assert look.pause >= LEAST_PAUSE
    # The first is now; each is paid, and the last is no further from the end than one pause.
    looks = max(int((until - now) / look.pause), 1)
    assert looks * look.size * price <= budget.left
    assert until - (now + looks * look.pause) <= look.pause
    assert budget.look(SEARCH, now) is None


@pytest.mark.parametrize("feeds", [1, 2, 6])
def test_the_reserve_lasts_until_the_month_ends_however_many_handles_share_it(feeds: int) -> None:
    limit, at, end = 50_000_000, START.replace(day=5, hour=0, minute=0), START.replace(month=12, day=1, hour=0)
    spent, looked = round(0.9 * limit), dict.fromkeys(range(feeds), at - timedelta(days=1))
    pauses: list[timedelta] = []
    while at < end:
        for feed in looked:
            look = ReadBudget(limit, spent, 0, DEFAULT_THINNING, feeds).look(MENTIONS, at)
            if look is not None and at - looked[feed] >= look.pause:
                pauses.append(at - looked[feed])
                spent, looked[feed] = spent + 2 * POST_READ_PRICE * look.size, at
        at += timedelta(minutes=15)
    assert spent <= limit
    # In the last days as in the first: nobody is deaf at the end.
    usual = timedelta(days=26) * feeds / 100
    assert all(end - at <= 2 * usual for at in looked.values())
    assert max(pauses) <= max(2 * usual, timedelta(days=1))


def test_a_day_does_not_use_up_what_the_month_has_left() -> None:
    limit, now = 50_000_000, START.replace(day=5, hour=0, minute=0)
    spent, today = round(0.97 * limit), 11_300_000
    assert ReadBudget(limit, spent, today).is_todays_limit
    before, looked = spent, now - timedelta(days=1)
    for minute in range(0, 24 * 60, 15):
        at = now + timedelta(minutes=minute)
        look = ReadBudget(limit, spent, today + spent - before).look(MENTIONS, at)
        assert look is not None
        if at - looked >= look.pause:
            spent, looked = spent + 2 * POST_READ_PRICE * look.size, at
    # A day's part of what 26 days must last for, and one look.
    assert spent - before <= (limit - before) / 26 + 2 * 50_000


def test_a_viral_day_makes_it_slower_and_never_deaf_and_is_read_when_there_is_money(listener: Listener) -> None:
    listener.limit = 20_000_000  # $5 a day, of which $0.50 are for looks
    listener.run()
    listener.api.add(*(post(n, minutes=n * 0.4) for n in range(1, 1_500)))
    heard = []
    for _ in range(30):
        outcome = listener.run(minutes=20)
        heard.append(max(int(one) for one in listener.queue.ids[-1:] or ["0"]))
    assert outcome.state.status is SourceStatus.OVER_BUDGET
    assert "it looks at the newest" in outcome.state.message
    assert listener.sources.spent("x", "2026-11-21") <= 5_000_000
    # The last post that it heard is not older than one pause: it is not deaf, though it misses some between.
    assert heard[-1] > 1_000_000 + 1_300
    missing = listener.sources.ledgers[MENTIONS.key].waiting
    assert missing
    assert len(listener.queue.ids) == len(set(listener.queue.ids)) < 1_200
    listener.run(days=1)
    for _ in range(2):
        listener.run(minutes=1)
    assert sorted(set(listener.queue.ids)) == [str(1_000_000 + n) for n in range(1, 1_500)]
    assert listener.sources.ledgers[MENTIONS.key].waiting == ()
