"""``earshot corrections``: what staff said of judgements in a deployed stack, for those who make the rules."""

import json
from datetime import datetime

import click

from infra.cli.options import stack_options

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=_DAY, required=True, help="The first day, in UTC.")
@click.option("--to", "last", type=_DAY, required=True, help="The last day, included.")
@click.option("--csv", "is_csv", is_flag=True, help="CSV, with the rules of one line parted by spaces.")
@stack_options
def corrections(first: datetime, last: datetime, is_csv: bool, stack: str, local: bool) -> None:
    """Print what staff said of judgements in a deployed stack, as JSON lines.

    Each line has at, by, case_id, what (corrected, confirmed, dismissed), judged_intent, judged_severity and
    judged_urgency, the intent and severity that it should have had (null: it is only said to be no complaint), rules
    (those that fired) and why. The text of the post is in the case, and is not printed. How often each rule was right
    goes to the standard error, those that fired most often first.
    """
    from earshot.cases.case.correction import records_of
    from earshot.reports.corrections import correction_row, corrections_csv
    from infra.ops.corrections import corrections_of
    from infra.ops.stack import deployed

    found = corrections_of(*deployed(stack, local=local), first.date(), last.date())
    if is_csv:
        click.echo(corrections_csv(found), nl=False)
    else:
        for correction in found:
            click.echo(json.dumps(correction_row(correction), ensure_ascii=False))
    for record in records_of(found):
        told = f"{record.rule}: right in {record.confirmed} of {record.judged} ({record.precision:.0%})"
        click.echo(told, err=True)
