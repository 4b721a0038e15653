"""A post alone, in any batch and in any order, is judged the same."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from earshot.mentions.mention import Author, Mention
from earshot.triage.judge import judge_all
from earshot.triage.sentiment.measure import measure_all
from earshot.triage.terms.terms import Terms

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
TERMS = Terms(handles=frozenset({"nimbusair"}), always_urgent=("gas leak",))
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["@NimbusAir my bag is lost", "@NimbusAir нет воды", "thanks @NimbusAir", "&#" + "9" * 4301 + ";", "\ud800", ""]
    ),
    st.sampled_from(["@NimbusAir el vuelo no es bueno, qué asco", "@NimbusAir الخدمة سيئة جدا", "nicht schlecht, gut"]),
)
MENTIONS = st.lists(TEXTS, min_size=1, max_size=6).map(
    lambda texts: [
        Mention("x", str(number), Author("7"), text, NOW, str(number), "NimbusAir") for number, text in enumerate(texts)
    ]
)


@given(MENTIONS, st.randoms(use_true_random=False), st.integers(0, 6))
def test_a_post_is_judged_the_same_in_every_batch(mentions: list[Mention], random, cut: int) -> None:
    def judged(batch: list[Mention]) -> dict[str, object]:
        judgements = judge_all(batch, lambda items: measure_all(items, None), TERMS, NOW)
        return dict(zip((one.id for one in batch), judgements, strict=True))

    alone = {one.id: judged([one])[one.id] for one in mentions}
    shuffled = random.sample(mentions, len(mentions))
    assert judged(shuffled) == alone
    assert judged(shuffled[:cut]) | judged(shuffled[cut:]) == alone
