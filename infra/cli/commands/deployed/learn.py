"""``earshot learn``: what staff's corrections teach, shown, tried on stored posts, applied after a yes, taken back."""

import sys
from datetime import timedelta
from pathlib import Path

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import stack_options


@click.group(invoke_without_command=True)
@click.option("--days", type=click.IntRange(1, 400), default=90, show_default=True, help="How far to look back.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file for each post that would change.")
@click.option("--yes", "is_sure", is_flag=True, help="Apply what is proposed without asking.")
@stack_options
@click.pass_context
def learn(context: click.Context, days: int, out: Path | None, is_sure: bool, stack: str, local: bool) -> None:
    """Fit a small adjustment of the rules to what staff corrected, and apply it after a yes.

    The evidence is what staff said of cases: corrected, confirmed or dismissed, and the complaints that somebody took
    or resolved and let stand. Shown are the evidence, the proposal in words, and for which stored posts somebody would
    be paged newly, or no longer. Nothing is proposed from too little evidence, or where it is no better than the
    shared rules on cases that it was not fitted on. A danger, and what the terms call always urgent, never change.

    It takes effect within a minute. `earshot learn undo` takes it back.
    """
    if context.invoked_subcommand is not None:
        return
    from earshot.triage.learned.json_text import adjustment_text
    from infra.evaluation.backtest.backtest import write_changed
    from infra.evaluation.backtest.text import as_text
    from infra.evaluation.learning.learn import compare, days_between, lesson_of, read_evidence
    from infra.evaluation.learning.text import evidence_text, lesson_text
    from infra.ops.settings.learned import DeployedAdjustment, StoredCases, terms_of

    session, found = deployed_stack.open_stack(stack, local=local)
    stored, deployed, now = StoredCases(session, found), DeployedAdjustment(session, found), utc_now()
    terms, start = terms_of(session, found), now - timedelta(days=days)
    lesson = lesson_of(read_evidence(stored, start, now + timedelta(seconds=1), terms))
    click.echo(f"{evidence_text(lesson.evidence, days)}\n\n{lesson_text(lesson)}")
    deployed.note_look(now)
    adjustment = lesson.adjustment
    if adjustment.is_empty:
        click.echo("\nNothing changes.")
        return
    keys = stored.keys(days_between(start, now))
    with click.progressbar(length=len(keys), label=f"Judging {len(keys)} stored posts", file=sys.stderr) as bar:
        result = compare(stored.posts(keys), terms, adjustment, lambda done: bar.update(done - bar.pos))
    click.echo(f"\n{as_text(result)}")
    if out is not None:
        write_changed(out, result)
        click.echo(f"Written to {out}: every changed post")
    if not is_sure and click.prompt("\nApply it? Type yes", default="no", show_default=True).strip().lower() != "yes":
        click.echo("Nothing was changed.")
        return
    deployed.put(adjustment_text(adjustment), now)
    click.echo(f"In force in stack '{stack}' within a minute. `earshot learn undo` takes it back.")


@learn.command()
@stack_options
def show(stack: str, local: bool) -> None:
    """Print what a deployed stack has learned."""
    from earshot.triage.learned.json_text import parse_adjustment
    from infra.evaluation.learning.text import adjustment_text_for_people
    from infra.ops.settings.learned import DeployedAdjustment

    adjustment = parse_adjustment(DeployedAdjustment(*deployed_stack.open_stack(stack, local=local)).read())
    if adjustment.is_empty:
        click.echo(f"Stack '{stack}' has learned nothing: the shared rules apply. `earshot learn` looks for more.")
    else:
        click.echo(adjustment_text_for_people(adjustment))


@learn.command()
@stack_options
def undo(stack: str, local: bool) -> None:
    """Restore what was learned before the last change, exactly."""
    from infra.ops.settings.learned import DeployedAdjustment

    if DeployedAdjustment(*deployed_stack.open_stack(stack, local=local)).undo(utc_now()):
        click.echo(f"What was learned before is in force again in stack '{stack}' within a minute.")
    else:
        click.echo("There is nothing to take back: nothing was learned since the last undo.")
