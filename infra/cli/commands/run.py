"""``earshot run`` and ``earshot demo``: Earshot on this machine, with no cloud account."""

import signal
import tempfile
import threading
from pathlib import Path

import click

from infra.cli.options import FOLDER


@click.command()
@click.option("--fresh", is_flag=True, help="Delete what earlier runs stored, and start the sample stream again.")
@click.option("--state", default=".earshot", type=FOLDER, show_default=True, help="Where the embedded cloud is kept.")
@click.option("--port", default=4599, show_default=True, type=click.IntRange(1024, 65535), help="Where it listens.")
def run(fresh: bool, state: Path, port: int) -> None:
    """Listen on this machine, with no cloud account, until Ctrl-C.

    The deployed template and the deployed functions run in an embedded cloud. Posts come from a sample stream, or
    from X itself if X_BEARER_TOKEN and BRAND_HANDLES are set (SEARCH_TERMS and X_MONTHLY_SPEND_LIMIT are optional).
    The next start continues with what was stored, however this one ended. One process can use a folder at a time.
    Commands with --local find it from this checkout, whatever its port.
    """
    from infra.local.run import run as listen

    stopped = threading.Event()

    def stop(*_: object) -> None:
        stopped.set()

    # A terminal that is closed hangs up, and the embedded cloud must not go on without anybody who could end it. Who
    # started this with nohup wants just that.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, stop)
    listen(state, stopped, fresh=fresh, port=port)


@click.command()
def demo() -> None:
    """Play the sample stream once, two hours in two to three minutes, and print the figures."""
    from infra.replay.demo import demo as play

    with tempfile.TemporaryDirectory(prefix="earshot-demo-") as state:
        play(Path(state))
