"""Which sources another brand file adds and drops, in words."""

from collections.abc import Callable, Iterable, Iterator

from earshot.mentions.brands.brands import Brands
from earshot.mentions.source_state import SourceState


def source_changes(
    before: Brands | None, after: Brands, states: Callable[[Iterable[str]], Iterable[SourceState]]
) -> Iterator[str]:
    """One line for each source that is read from now on, or is no longer; none where it is not known before.

    ``states`` reads the states of sources: one that has a state was read before.
    """
    if before is None:
        return
    old, new = ([feed.key for feed in brands.feeds] for brands in (before, after))
    added = [key for key in new if key not in old]
    known = {state.source for state in states(added)}
    for key in added:
        how = "goes on from its checkpoint" if key in known else "begins with a baseline: its past alerts nobody"
        yield f"New: {key} {how}."
    for key in old:
        if key not in new:
            yield f"No longer read: {key}. Its checkpoint is kept."
