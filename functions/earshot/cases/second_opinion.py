"""The second opinion of a language model on mentions: which of a batch it is asked about, and what goes with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from earshot.cases.thread import PostStore, answered_by
from earshot.mentions.mention import Mention
from earshot.triage.context import PostContext
from earshot.triage.judgement import Judgement
from earshot.triage.reader.answer import Reading
from earshot.triage.reader.prompt import MAX_THREAD, PostToRead, QuotedPost
from earshot.triage.reader.selection import is_worth_reading
from earshot.triage.reader.verdict import apply_reading
from earshot.triage.terms.terms import Terms

# Seconds. The reader gets what is left of the function's time after the reserve, and no more than the most.
RESERVED_SECONDS, MOST_SECONDS = 30.0, 15.0


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """``read`` gives a reading for each post, in order, within a number of seconds."""

    read: Callable[[Sequence[PostToRead], float], list[Reading]]

    def ask(
        self,
        mentions: Mapping[str, Mention],
        judgements: Mapping[str, Judgement],
        store: PostStore,
        seconds_left: Callable[[], float],
    ) -> dict[str, Reading]:
        """The readings of those mentions of a batch that are worth one, by name.

        ``judgements`` are what the other voices say, without what the batch itself changes: that lifts only complaints,
        and each of those is asked about.
        """
        asked = [
            name
            for name, mention in mentions.items()
            if not (mention.own or mention.is_repost or mention.baseline) and mention.text.strip()
            if is_worth_reading(judgements[name])
        ]
        if not asked:
            return {}
        batch = {mention.key: mention for mention in mentions.values()}
        given = [PostToRead(mentions[name].text, _thread(mentions[name], batch, store)) for name in asked]
        seconds = min(MOST_SECONDS, seconds_left() - RESERVED_SECONDS)
        return dict(zip(asked, self.read(given, seconds), strict=True))

    def weigh(self, judgement: Judgement, reading: Reading, context: PostContext, terms: Terms) -> Judgement:
        """The judgement of a mention with the reading as one more voice."""
        return apply_reading(judgement, reading, context, terms)


def _thread(mention: Mention, batch: Mapping[str, Mention], store: PostStore) -> tuple[QuotedPost, ...]:
    """What the mention replies to, and what that replies to, the oldest first."""
    found: list[QuotedPost] = []
    earlier = answered_by(mention, batch, store)
    while earlier is not None and len(found) < MAX_THREAD:
        found.append(QuotedPost(_speaker(earlier, mention), earlier.text))
        earlier = answered_by(earlier, batch, store)
    return tuple(reversed(found))


def _speaker(earlier: Mention, mention: Mention) -> str:
    if earlier.own:
        return "the brand"
    return "the same customer" if earlier.author_key == mention.author_key else "another"
