"""Runs the sweeps of all networks, each under a lease of its own: what fails for one holds up no other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from earshot.cases.removal.sweep.asking import SweptNetwork
from earshot.cases.removal.sweep.outcome import SweepOutcome
from earshot.cases.removal.sweep.state import SweepState, sweep_key
from earshot.cases.removal.sweep.sweeper import Sweeper
from earshot.cases.removal.table import AskedRemoval
from earshot.mentions.source_state import SourceState, next_state
from earshot.mentions.sources.runner import Leased

# Longer than the timeout of the function.
LEASE = timedelta(minutes=6)


class SweepStates(Protocol):
    """What is asked of the source table."""

    def acquire(self, source: str, owner: str, now: datetime, lease: timedelta) -> Leased[SweepState] | None: ...
    def save(self, source: str, owner: str, checkpoint: SweepState, state: SourceState) -> None: ...
    def release(self, source: str, owner: str) -> None: ...


class AskedPosts(Protocol):
    """What people asked to be removed."""

    def asked(self) -> Sequence[AskedRemoval]: ...


class RemovesAsked(Protocol):
    """Removes what people asked for."""

    def remove_asked(self, asked: AskedRemoval, now: datetime) -> bool: ...


@dataclass(slots=True)
class SweepsDone:
    """What became of a run: how many removals that were asked for, each network's outcome, and what went wrong."""

    asked: int = 0
    outcomes: dict[str, SweepOutcome] = field(default_factory=dict[str, SweepOutcome])
    errors: list[Exception] = field(default_factory=list[Exception])


@dataclass(frozen=True, slots=True)
class SweepRunner:
    """Runs ``sweeper`` over networks. Posts are kept for ``retention``: none is older."""

    sweeper: Sweeper
    posts: AskedPosts
    removal: RemovesAsked
    sweeps: SweepStates
    retention: timedelta

    def run(self, networks: Sequence[SweptNetwork], owner: str, now: datetime) -> SweepsDone:
        """First what people asked for, then each network; another one begins each hour."""
        done = SweepsDone()
        for asked in self.posts.asked():
            if not self.sweeper.has_time():
                return done
            try:
                done.asked += self.removal.remove_asked(asked, now)
            except Exception as error:  # noqa: BLE001 - raised once the others had their turn
                done.errors.append(error)
        turn = now.hour % len(networks) if networks else 0
        for network in (*networks[turn:], *networks[:turn]):
            if not self.sweeper.has_time():
                # What it would begin, and not do, it would not be due for in the hour that it is the first.
                return done
            try:
                self._sweep(network, owner, now, done)
            except Exception as error:  # noqa: BLE001 - raised once the others had their turn
                done.errors.append(error)
        return done

    def _sweep(self, network: SweptNetwork, owner: str, now: datetime, done: SweepsDone) -> None:
        key = sweep_key(network.source)
        leased = self.sweeps.acquire(key, owner, now, LEASE)
        if leased is None:
            return
        if leased.state is not None and leased.state.is_waiting(now):
            self.sweeps.release(key, owner)
            return
        outcome = self.sweeper.sweep(network, leased.checkpoint, now, (now - self.retention).date())
        until = outcome.error.until if outcome.error is not None else None
        state = next_state(leased.state, key, outcome.status, outcome.message, now, until=until)
        self.sweeps.save(key, owner, outcome.state, state)
        done.outcomes[network.source] = outcome
        done.errors += outcome.failed
