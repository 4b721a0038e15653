"""``earshot corrections``: what staff corrected in a deployed stack, for the authors of the rules."""

import json
from datetime import datetime

import click

from infra.cli import deployed_stack
from infra.cli.options import stack_options

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=_DAY, required=True, help="The first day, in UTC.")
@click.option("--to", "last", type=_DAY, required=True, help="The last day, included.")
@click.option("--csv", "is_csv", is_flag=True, help="CSV, with the rules of a line separated by spaces.")
@stack_options
def corrections(first: datetime, last: datetime, is_csv: bool, stack: str, local: bool) -> None:
    """Print the corrections and confirmations of staff in a deployed stack, as JSON lines.

    Each line has at, by, case_id, what (corrected, confirmed, dismissed), judged_intent, judged_severity and
    judged_urgency, the right intent and severity (null if staff only said that it is no complaint), rules (those that
    fired) and why. The text of the post is in the case, and is not printed. The precision of each rule goes to
    standard error, the rules that fired most often first.
    """
    from earshot.cases.case.correction import records_of
    from earshot.reports.corrections import correction_row, corrections_csv
    from infra.ops.corrections import corrections_of

    found = corrections_of(*deployed_stack.open_stack(stack, local=local), first.date(), last.date())
    if is_csv:
        click.echo(corrections_csv(found), nl=False)
    else:
        for correction in found:
            click.echo(json.dumps(correction_row(correction), ensure_ascii=False))
    for record in records_of(found):
        line = f"{record.rule}: right in {record.confirmed} of {record.judged} ({record.precision:.0%})"
        click.echo(line, err=True)
