"""Ingesting the reposts of one post that came together: a viral post must not be a write for each of them."""

from collections.abc import Callable, Sequence

from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.fold import FoldRules, fold_repost
from earshot.cases.ingest import MOST_TRIES, IngestResult, IngestStore, ingest
from earshot.cases.other_conversations import find_conversation
from earshot.cases.stored_mention import MentionWrite, StoredMention
from earshot.errors import ConflictError, DuplicateError

# DynamoDB takes 100 writes in a transaction; an SQS batch of Earshot has fewer messages.
MOST_TOGETHER = 50


def ingest_reposts(
    reposts: Sequence[StoredMention],
    store: IngestStore,
    rules: FoldRules,
    back_off: Callable[[int], None] = lambda _: None,
) -> list[IngestResult]:
    """Store reposts of one post, and count all of them in one write; one by one where some are stored already.

    ConflictError as for ``ingest``.
    """
    original = store.post(reposts[0].mention.key_of(reposts[0].mention.reposted_id or ""))
    # A transaction takes each of them once.
    is_each_once = 1 < len(reposts) == len({one.mention.key for one in reposts})
    if is_each_once and isinstance(original, StoredMention) and not original.mention.own and original.conversation:
        for tries in range(1, MOST_TRIES + 1):
            try:
                return _ingest_together(reposts[:MOST_TOGETHER], original, store, rules) + [
                    ingest(one, store, rules, back_off) for one in reposts[MOST_TOGETHER:]
                ]
            except DuplicateError:
                break
            except ConflictError:
                back_off(tries)
    return [ingest(one, store, rules, back_off) for one in reposts]


def _ingest_together(
    reposts: Sequence[StoredMention], original: StoredMention, store: IngestStore, rules: FoldRules
) -> list[IngestResult]:
    """One try to store reposts of ``original`` together. DuplicateError: one of them is stored."""
    _, primary = find_conversation(store, original.conversation or "")
    folded, entries = primary, list[LogEntry]()
    for one in reposts:
        result = fold_repost(folded, original.mention, one.mention, now=one.ingested_at, rules=rules)
        folded, entries = result.conversation, [*entries, *result.entries]
    write = MentionWrite(reposts[0], others=tuple(reposts[1:]))
    changes = [] if folded == primary else [(folded, entries)]
    store.save(changes, now=reposts[0].ingested_at, mention=write)
    rest = [IngestResult(new=True, case=folded.case) for _ in reposts[1:]]
    return [IngestResult(new=True, case=folded.case, entries=tuple(entries)), *rest]
