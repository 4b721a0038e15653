"""``earshot backup`` and ``earshot restore``: what a stack stores, as a file, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import FILE, stack_options

if TYPE_CHECKING:
    from infra.ops.backup.file import Backup
    from infra.ops.backup.restore import Restored

_NEEDS = "Your credentials need dynamodb:Scan on the tables that are read, PutItem and BatchGetItem on the stack's."


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@stack_options
def backup(file: Path | None, stack: str, local: bool) -> None:
    """Write all that a stack stores to FILE, gzipped JSON lines that only you can read.

    Secrets and the accounts of staff are in no table, and so not in it.
    """
    from infra.ops.aws_errors import explained
    from infra.ops.backup.file import CASES, SOURCES, write_backup
    from infra.ops.backup.restore import scan

    session, found = deployed_stack.open_stack(stack, local=local)
    client = session.client("dynamodb")
    tables = {
        CASES: scan(client, found.output("CaseTableName")),
        SOURCES: scan(client, found.output("SourceTableName")),
    }
    with explained("The tables cannot be backed up", _NEEDS):
        written = write_backup(file or Path(f"{stack}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.jsonl.gz"), tables, stack)
    click.echo(f"{written.counts[CASES]} items of cases and {written.counts[SOURCES]} of sources: {written.file}")


@click.command()
@click.argument("file", type=FILE, required=False)
@click.option("--table", metavar="NAME", help="A table of cases instead: one that AWS restored, or of a former stack.")
@click.option("--source-table", metavar="NAME", help="With --table: a table of sources, too.")
@stack_options
def restore(file: Path | None, table: str | None, source_table: str | None, stack: str, local: bool) -> None:
    """Bring back what a stack's tables do not have, from FILE or from another table. Nobody is alerted for it anew.

    What is there stays as it is. It can be repeated, and goes on where it broke off.
    """
    from infra.ops.aws_errors import explained
    from infra.ops.backup.file import CASES, SOURCES, open_backup, write_backup
    from infra.ops.backup.restore import scan

    if (file is None) == (table is None) or (source_table is not None and table is None):
        raise click.UsageError("Name a FILE, or a table with --table (and its sources with --source-table).")
    session, found = deployed_stack.open_stack(stack, local=local)
    client = session.client("dynamodb")
    to = found.output("CaseTableName"), found.output("SourceTableName")

    def bring_back(source: Backup) -> Restored:
        from infra.ops.backup import restore as restoring

        return restoring.restore(client, source, *to, utc_now())

    with explained("The restore broke off: repeat it when the cause is mended", _NEEDS):
        if file is not None:
            done = bring_back(open_backup(file))
        else:
            if table in to or source_table in to:
                raise click.UsageError("That is the stack's own table.")
            tables = {CASES: scan(client, table or ""), SOURCES: scan(client, source_table) if source_table else ()}
            with TemporaryDirectory() as folder:
                done = bring_back(write_backup(Path(folder) / "table.jsonl.gz", tables, stack))
    click.echo(f"{done.written} items were restored; {done.there} were there already, {done.expired} had expired.")
    if done.stopped:
        click.echo(f"Of {done.stopped} cases the alerts are stopped: look at the open ones in the console.")
