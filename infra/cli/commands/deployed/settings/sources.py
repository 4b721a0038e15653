"""``earshot sources``: the feeds, and the accounts on other networks, that a stack listens to beside X."""

import sys
from typing import TYPE_CHECKING

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import stack_options

if TYPE_CHECKING:
    from infra.ops.settings.accounts import Wanted


@click.group()
def sources() -> None:
    """What a stack listens to beside X: blogs, forums, alerts and reviews by their feeds; other networks by accounts.

    docs/sources.md says how to get at each network. A feed that is added is read within five minutes, and what is said
    below its posts about the brand with it; an account within two.
    """


@sources.command()
@click.argument("url", metavar="URL|NETWORK")
@click.argument("account", required=False)
@click.option("--brand", metavar="HANDLE", help="The brand that it is for; needed where the stack has several.")
@click.option("--word", "words", multiple=True, help="What names the brand; repeatable. Else its handles and terms.")
@click.option("--everything", is_flag=True, help="All of it is about the brand, as reviews of its app are.")
@click.option("--reach", type=click.IntRange(0), metavar="PEOPLE", help="How many people read it, where you know it.")
@click.option(
    "--own-name", "own_names", multiple=True, help="A name or address under which the brand writes there; repeatable."
)
@click.option("--host", default="", help="Where the API of an account is, if on a server of its own.")
@click.option("--place", "places", multiple=True, help="A community of Reddit, or a video of YouTube; repeatable.")
@click.option("--own-place", "own_places", multiple=True, help="A community that is all about the brand; repeatable.")
@click.option("--yes", is_flag=True, help="Add it without asking.")
@stack_options
def add(
    url: str,
    account: str | None,
    brand: str | None,
    words: tuple[str, ...],
    everything: bool,
    reach: int | None,
    own_names: tuple[str, ...],
    host: str,
    places: tuple[str, ...],
    own_places: tuple[str, ...],
    yes: bool,
    stack: str,
    local: bool,
) -> None:
    """Find the feed at URL or of the page there, show what it would have heard in the last week, ask, and add it.

    NETWORK (bluesky, mastodon, reddit, youtube, facebook) and ACCOUNT do the same for an account of the brand there,
    with what the network is read with, which is asked for or read from standard input: what is said to it, what it
    says, searches for each word, and what is written in each place.

    Adding a feed or an account again replaces what was said of it. Its past alerts nobody.
    """
    if account is not None:
        if everything or reach is not None or own_names:
            raise click.UsageError("--everything, --reach and --own-name are for feeds.")
        from infra.ops.settings.accounts import Wanted as WantedAccount

        _add_account(url, account, WantedAccount(brand, words, host, places, own_places), yes, stack, local)
        return
    if places or own_places:
        raise click.UsageError("--place and --own-place are for accounts.")
    from infra.ops.settings.feeds import DeployedFeeds, Wanted, preview_lines
    from infra.terminal import plain

    deployed = DeployedFeeds(*deployed_stack.open_stack(stack, local=local), local=local)
    found = deployed.find(url)
    feed = deployed.subscription(found, Wanted(brand, words, everything, reach, own_names))
    click.echo(f"Feed {feed.url}")
    for line in preview_lines(feed, deployed.preview(feed, utc_now())):
        click.echo(line)
    for other in found.others:
        click.echo(f"The page also has {other.url}{f' ({plain(other.title)})' if other.title else ''}")
    if not yes:
        click.confirm("Listen to it?", abort=True)
    replaced = deployed.add(feed, utc_now())
    click.echo(f"{'Replaced' if replaced else 'Added'}. Stack '{stack}' reads it within five minutes.")


@sources.command("list")
@stack_options
def list_feeds(stack: str, local: bool) -> None:
    """Print the feeds and accounts of a deployed stack, whether each is heard, and if not what helps."""
    from infra.ops.settings import accounts
    from infra.ops.settings.feeds import DeployedFeeds, list_lines

    opened = deployed_stack.open_stack(stack, local=local)
    listed = DeployedFeeds(*opened, local=local).health(utc_now())
    for line in list_lines(listed):
        click.echo(line)
    streams = accounts.DeployedAccounts(*opened, local=local).health(utc_now())
    for line in accounts.list_lines(streams):
        click.echo(line)
    if not listed and not streams:
        click.echo(f"Stack '{stack}' listens to no feed: `earshot sources add URL` adds one.")


@sources.command()
@click.argument("url", metavar="URL|NETWORK")
@click.argument("account", required=False)
@stack_options
def remove(url: str, account: str | None, stack: str, local: bool) -> None:
    """Listen no more to the feed at URL, or with ACCOUNT on NETWORK, whose credential is forgotten.

    What it brought stays, and it goes on from there if it is added again.
    """
    from infra.ops.settings.accounts import DeployedAccounts
    from infra.ops.settings.feeds import DeployedFeeds

    if account is not None:
        accounts = DeployedAccounts(*deployed_stack.open_stack(stack, local=local), local=local)
        click.echo(f"No longer read: {accounts.remove(url, account, utc_now()).name}")
        return
    deployed = DeployedFeeds(*deployed_stack.open_stack(stack, local=local), local=local)
    gone = deployed.remove(url, utc_now())
    click.echo(f"No longer read: {gone.url}")


def _add_account(network: str, name: str, wanted: "Wanted", yes: bool, stack: str, local: bool) -> None:
    from earshot.mentions.sources.social.catalogue import credential_name
    from infra.ops.settings.accounts import DeployedAccounts, preview_lines

    deployed = DeployedAccounts(*deployed_stack.open_stack(stack, local=local), local=local)
    account = deployed.account(network, name, wanted)
    is_typed = sys.stdin.isatty()
    if not is_typed and not yes:
        raise click.UsageError("Where the credential is piped in, nobody can be asked: add --yes.")
    credential = click.prompt(credential_name(network), hide_input=True, type=str) if is_typed else sys.stdin.read()
    for line in preview_lines(deployed.preview(account, credential)):
        click.echo(line)
    if not yes:
        click.confirm("Listen to it?", abort=True)
    replaced = deployed.add(account, credential, utc_now())
    click.echo(f"{'Replaced' if replaced else 'Added'}. Stack '{stack}' reads it within two minutes.")
