"""Many trials along one run: the scenario is played once, and each trial is a copy of its process that goes on alone.

A copy (``fork``) begins with the minute in which its fault strikes, and ends with the last one, or sooner: where at
the ends of two minutes in a row everything is as in a run whose verdict is known, both go on alike, and so does the
verdict. What only a process remembers, such as a setting that is read once a minute, is not compared; with
``merges=False`` each trial is played to its end.
"""

import gc
import os
import pickle
import signal
import sys
import tempfile
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar

from earshot.errors import EarshotError
from infra.faults.injector import Call
from infra.faults.play import Outcome, Play, Trial, minutes_of, play
from infra.faults.promises import violations
from infra.faults.scenario.posts import MINUTES, START
from infra.faults.state_faults import StateFaultKind
from infra.faults.world import World, world
from infra.local.lambdas.clock import MINUTE

T = TypeVar("T")
# A copy that hangs is a finding, and must not hold up the others. It takes seconds, on a machine that is not busy.
_MOST_SECONDS = 3600
_Broken = tuple[str, ...]
# After which outage, in which minute, and what was stored and sent at its end and at that of the minute before.
_Step = tuple[timedelta, int, str, str]


class BranchError(EarshotError):
    """A process ended without an answer: the message says which."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A trial, the call that it hit, and which promises were broken, in words. ``minutes`` is how many it played."""

    trial: Trial
    hit: Call | None
    broken: _Broken
    minutes: int = 0


@dataclass(slots=True)
class _Known:
    """The verdicts on runs by the states that they went through."""

    usual: Outcome
    steps: dict[_Step, _Broken] = field(default_factory=dict[_Step, _Broken])

    def of(self, step: _Step) -> _Broken | None:
        """The verdict on a run that comes this way; None where nobody has been here."""
        _, minute, before, now = step
        states = self.usual.states
        if 0 < minute < len(states) and [before, now] == states[minute - 1 : minute + 1]:
            return ()
        return self.steps.get(step)


def without_fault(progress: Callable[[int], None]) -> Outcome:
    """What the scenario leaves behind where nothing fails; for a process of its own."""
    with tempfile.TemporaryDirectory(prefix="earshot-faults-") as folder, world(Path(folder)) as made:
        return usual_of(made)


def usual_and_verdicts(choose: Callable[[Outcome], Sequence[Trial]]) -> tuple[Outcome, list[Verdict]]:
    """What the scenario leaves behind, and the verdicts on the trials that are chosen; for a process of its own."""
    with tempfile.TemporaryDirectory(prefix="earshot-faults-") as folder, world(Path(folder)) as made:
        usual = usual_of(made)
        return usual, list(try_each(made, choose(usual), usual))


def usual_of(made: World) -> Outcome:
    """What the scenario leaves behind where nothing fails, with its states."""
    played = made.begin()
    states = list(minutes_of(played))
    outcome = played.end()
    outcome.states = states
    return outcome


def try_all(trials: Sequence[Trial], usual: Outcome, processes: int, *, merges: bool = True) -> Iterator[Verdict]:
    """The verdict on each trial, in any order, from so many processes with an embedded cloud of their own."""
    context, workers = get_context("spawn"), dict[object, tuple[Any, Any]]()
    for part in _parts(trials, processes):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(theirs, part, usual, merges))
        process.start()
        theirs.close()
        workers[ours] = ours, process
    while workers:
        for ready in wait([ours for ours, _ in workers.values()]):
            ours, process = workers[ready]
            try:
                answer = ours.recv()
            except EOFError:
                raise BranchError(f"Process {process.pid} has ended without an answer.") from None
            if isinstance(answer, Verdict):
                yield answer
                continue
            del workers[ready]
            process.join()
            if answer is not None:
                raise BranchError(answer)


def _parts(trials: Sequence[Trial], processes: int) -> list[list[Trial]]:
    """The trials, divided; those of one call stay together, for they often go on alike."""
    groups: defaultdict[object, list[Trial]] = defaultdict(list)
    for trial in trials:
        fault = trial.fault
        groups[str(trial) if fault is None else fault.at or (fault.service, fault.operation, fault.since)].append(trial)
    parts: list[list[Trial]] = [[] for _ in range(min(processes, len(groups)))]
    for number, group in enumerate(groups.values()):
        parts[number % len(parts)] += group
    return parts


def _work(answers: Connection, trials: Sequence[Trial], usual: Outcome, merges: bool) -> None:
    """What a process does: it sends verdicts, and at last None, or what went wrong."""
    try:
        with tempfile.TemporaryDirectory(prefix="earshot-faults-") as folder, world(Path(folder)) as made:
            # From here on all modules are loaded, and copies need not load them. And runs are alike in each process.
            if usual_of(made).states != usual.states:
                raise BranchError("Two runs without a fault differ: verdicts cannot be shared. Try them with --whole.")
            for verdict in try_each(made, trials, usual, merges=merges):
                answers.send(verdict)
    except BaseException:  # noqa: BLE001 - it is raised where the process was started
        answers.send(traceback.format_exc())
        return
    answers.send(None)


def try_each(made: World, trials: Sequence[Trial], usual: Outcome, *, merges: bool = True) -> Iterator[Verdict]:
    """The verdict on each trial, in the order in which they strike."""
    known, by_minute = _Known(usual), defaultdict[int, list[Trial]](list)
    copied = [trial for trial in trials if not _deploys(trial)]
    for trial in copied:
        by_minute[strikes_in(trial, usual)].append(trial)
    if copied:
        played = made.begin()
        gc.collect()
        gc.freeze()
        for minute in range(max(by_minute) + 1):
            for trial in by_minute[minute]:
                verdict, steps = _in_copy(lambda one=trial: _go_on(played, one, known, merges=merges), str(trial))
                known.steps |= dict.fromkeys(steps, verdict.broken)
                yield verdict
            if not played.is_over:
                played.minute()
                played.state()
    for trial in trials:
        if _deploys(trial):
            # Deploying takes threads of the emulator, which a copy has not.
            outcome = play(made, trial)
            yield Verdict(trial, outcome.hit, tuple(violations(usual, outcome, trial.outage)), MINUTES)


def strikes_in(trial: Trial, usual: Outcome) -> int:
    """The minute of the scenario before which a run with this fault is like one without."""
    if trial.state is not None:
        return trial.state.minute
    if trial.fault is not None and trial.fault.since is not None:
        # What goes before may take minutes, and fail as well.
        return max(0, (trial.fault.since - START) // MINUTE - 1)
    fault, x_fault = trial.fault, trial.x_fault
    number = fault.at if fault is not None and fault.at is not None else x_fault[0] if x_fault else 0
    before = usual.x_calls_before if fault is None else usual.calls_before
    return max(minute for minute, calls in enumerate(before) if calls <= number)


def _deploys(trial: Trial) -> bool:
    return trial.state is not None and trial.state.kind is StateFaultKind.DEPLOYED


def _go_on(played: Play, trial: Trial, known: _Known, *, merges: bool) -> tuple[Verdict, list[_Step]]:
    """Play what is left of a run with a fault in it; the verdict, and through which states it went."""
    played.begin(trial)
    begun, before, steps = played.next, "", list[_Step]()
    for now in minutes_of(played):
        step = (trial.outage, played.next - 1, before, now)
        before = now
        if not played.has_struck:
            steps.clear()
            continue
        if merges and steps and (broken := known.of(step)) is not None:
            return Verdict(trial, played.hit, broken, played.next - begun), steps
        steps.append(step)
    outcome = played.end()
    return Verdict(
        trial, outcome.hit, tuple(violations(known.usual, outcome, trial.outage)), played.next - begun
    ), steps


def _in_copy(work: Callable[[], T], name: str) -> T:
    """What ``work`` returns in a copy of this process, of which nothing else is left."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        # Whatever happens, nothing of the process that was copied goes on here.
        try:
            os.close(reading)
            signal.alarm(_MOST_SECONDS)
            with os.fdopen(writing, "wb") as answers:
                pickle.dump(work(), answers)
            os._exit(0)
        except BaseException:  # noqa: BLE001 - the process that waits says so
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        answer = answers.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise BranchError(f"The run with `{name}` ended without an answer (status {status}).")
    return pickle.loads(answer)  # noqa: S301 - from our own copy
