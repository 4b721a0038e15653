"""``make faults``: fail every call of the functions to AWS in each of seven ways, and count the broken promises.

python -m infra.faults                     # each call that differs in what went before, and all the rest
python -m infra.faults --results FILE      # notes each verdict in a file; again with it, the run goes on where it ended
python -m infra.faults --only "call 123 throttled" --only ...  # runs by their names, played to their ends
python -m infra.faults --every             # each call of the scenario
python -m infra.faults --sample 200        # so many, chosen at random
python -m infra.faults --outages           # ten minutes of each service, and nothing else
python -m infra.faults --state             # restarts, second deliveries, clock steps, deployments, and nothing else
"""

import hashlib
import json
import os
import time
from collections import Counter
from pathlib import Path

import click

from infra.faults.branches import Verdict, try_all, without_fault
from infra.faults.injector import FaultKind
from infra.faults.matrix import all_trials, outages, points, sampled, state_faults
from infra.faults.play import Outcome, Trial
from infra.replay.processes.own_process import call_in_own_process

_EACH = 50


class Results:
    """The verdicts so far, one a line, in a file of its own for each scenario. Without a file nothing is kept."""

    def __init__(self, file: Path | None, usual: Outcome) -> None:
        self._file = file
        self._scenario = hashlib.sha256("".join(map(str, usual.calls)).encode()).hexdigest()[:16]
        self.kept: set[str] = set()
        """The names of those that broke nothing. What broke a promise is tried again."""
        lines = file.read_text().splitlines() if file is not None and file.exists() else []
        for one in map(json.loads, lines):
            if one["scenario"] == self._scenario:
                (self.kept.discard if one["broken"] else self.kept.add)(one["trial"])

    def add(self, verdict: Verdict) -> None:
        """Keep a verdict."""
        if self._file is None:
            return
        line = {"scenario": self._scenario, "trial": str(verdict.trial), "kind": verdict.trial.kind}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, "hit": str(verdict.hit), "broken": verdict.broken}) + "\n")


@click.command()
@click.option("--sample", type=int, default=0, help="Try so many, chosen at random, and not all.")
@click.option("--seed", type=int, default=0, help="Which ones: the same seed chooses the same.")
@click.option("--only", multiple=True, help="Try the one with this name, played to its end. May be repeated.")
@click.option("--whole", is_flag=True, help="Play each to its end, also where it goes on as another one did.")
@click.option("--every", is_flag=True, help="Also calls that were made before with the same ones ahead of them.")
@click.option("--outages", "only_outages", is_flag=True, help="Only outages of ten minutes.")
@click.option("--state", "only_state", is_flag=True, help="Only restarts, second deliveries, clock steps, deployments.")
@click.option("--results", type=click.Path(path_type=Path, dir_okay=False), help="Note verdicts here, and go on here.")
@click.option("--processes", type=int, default=os.cpu_count() or 1, show_default=True)
def main(
    sample: int,
    seed: int,
    only: tuple[str, ...],
    whole: bool,
    every: bool,
    only_outages: bool,
    only_state: bool,
    results: Path | None,
    processes: int,
) -> None:
    """Print points, kinds and violations. Exit status 1 where a promise was broken."""
    usual = call_in_own_process(without_fault, lambda _: None)
    trials = (
        [*(outages(usual) if only_outages else ()), *(state_faults() if only_state else ())]
        if only_outages or only_state
        else all_trials(usual, every)
    )
    trials = _named(trials, only) if only else sampled(trials, sample, seed) if sample else trials
    kept = Results(results, usual)
    left = [trial for trial in trials if str(trial) not in kept.kept]
    click.echo(
        f"{len(usual.calls)} calls without a fault, {len(points(usual.calls, every))} points, {len(FaultKind)} kinds: "
        f"{len(trials)} runs, {len(trials) - len(left)} of them done before, in {processes} processes"
    )
    broken, began = list[Verdict](), time.monotonic()
    for number, verdict in enumerate(try_all(left, usual, processes, merges=not (whole or only)), 1):
        kept.add(verdict)
        if verdict.broken:
            broken.append(verdict)
            click.echo(f"{verdict.trial} ({verdict.hit}):")
            for line in verdict.broken:
                click.echo(f"    {line}")
        if number % _EACH == 0:
            click.echo(f"{number} of {len(left)} runs, {len(broken)} with violations, {time.monotonic() - began:.0f} s")
    _summarise(trials, broken)
    raise SystemExit(1 if broken else 0)


def _named(trials: list[Trial], names: tuple[str, ...]) -> list[Trial]:
    found = {str(trial): trial for trial in trials}
    if unknown := [name for name in names if name not in found]:
        raise click.UsageError(f"There is no run named {unknown[0]!r}. A run is named as its violations are printed.")
    return [found[name] for name in names]


def _summarise(trials: list[Trial], broken: list[Verdict]) -> None:
    for kind, count in Counter(trial.kind for trial in trials).items():
        failed = sum(1 for one in broken if one.trial.kind == kind)
        click.echo(f"{kind:50} {count:6} runs  {failed:6} with violations")
    click.echo(f"{'all':50} {len(trials):6} runs  {len(broken):6} with violations")


if __name__ == "__main__":
    main()
