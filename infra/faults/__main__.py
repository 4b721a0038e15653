"""``make faults``: fail every call of the functions to AWS in each of seven ways, and count the broken promises.

python -m infra.faults                 # each call that differs in what went before: two hours on two cores
python -m infra.faults --every         # each call of the scenario: half a day
python -m infra.faults --sample 200    # so many, chosen at random
python -m infra.faults --outages       # ten minutes of each service, and nothing else
python -m infra.faults --state         # restarts, second deliveries, steps of the clock, deployments, and nothing else
"""

import os
from collections import Counter

import click

from infra.faults.injector import FaultKind
from infra.faults.matrix import (
    Trial,
    Verdict,
    all_trials,
    outages,
    points,
    sampled,
    state_faults,
    try_all,
    without_fault,
)
from infra.replay.processes.own_process import call_in_own_process


@click.command()
@click.option("--sample", type=int, default=0, help="Try so many, chosen at random, and not all.")
@click.option("--seed", type=int, default=0, help="Which ones: the same seed chooses the same.")
@click.option("--every", is_flag=True, help="Also calls that were made before with the same ones ahead of them.")
@click.option("--outages", "only_outages", is_flag=True, help="Only outages of ten minutes.")
@click.option("--state", "only_state", is_flag=True, help="Only restarts, second deliveries, clock steps, deployments.")
@click.option("--processes", type=int, default=os.cpu_count() or 1, show_default=True)
def main(sample: int, seed: int, every: bool, only_outages: bool, only_state: bool, processes: int) -> None:
    """Print points, kinds and violations. Exit status 1 where a promise was broken."""
    usual = call_in_own_process(without_fault, lambda _: None)
    trials = (
        [*(outages(usual) if only_outages else ()), *(state_faults() if only_state else ())]
        if only_outages or only_state
        else all_trials(usual, every)
    )
    trials = sampled(trials, sample, seed) if sample else trials
    click.echo(
        f"{len(usual.calls)} calls without a fault, {len(points(usual.calls, every))} points, {len(FaultKind)} kinds: "
        f"{len(trials)} runs in {processes} processes"
    )
    broken: list[Verdict] = []
    for number, verdict in enumerate(try_all(trials, usual, processes), 1):
        if verdict.broken:
            broken.append(verdict)
            click.echo(f"{verdict.trial} ({verdict.hit}):")
            for line in verdict.broken:
                click.echo(f"    {line}")
        elif number % 100 == 0:
            click.echo(f"{number} runs, {len(broken)} with violations")
    _summarise(trials, broken)
    raise SystemExit(1 if broken else 0)


def _summarise(trials: list[Trial], broken: list[Verdict]) -> None:
    for kind, count in Counter(trial.kind for trial in trials).items():
        failed = sum(1 for one in broken if one.trial.kind == kind)
        click.echo(f"{kind:50} {count:6} runs  {failed:6} with violations")
    click.echo(f"{'all':50} {len(trials):6} runs  {len(broken):6} with violations")


if __name__ == "__main__":
    main()
