"""``earshot sources``: the RSS and Atom feeds that a stack listens to beside X."""

import click

from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import stack_options


@click.group()
def sources() -> None:
    """The blogs, forums, alerts and reviews that a stack listens to, by their RSS or Atom feeds.

    docs/sources.md says how to get at each network. A feed that is added is read within five minutes, and what is said
    below its posts about the brand with it.
    """


@sources.command()
@click.argument("url")
@click.option("--brand", metavar="HANDLE", help="The brand that it is for; needed where the stack has several.")
@click.option("--word", "words", multiple=True, help="What names the brand; repeatable. Else its handles and terms.")
@click.option("--everything", is_flag=True, help="All of it is about the brand, as reviews of its app are.")
@click.option("--reach", type=click.IntRange(0), metavar="PEOPLE", help="How many people read it, where you know it.")
@click.option(
    "--own-name", "own_names", multiple=True, help="A name or address under which the brand writes there; repeatable."
)
@click.option("--yes", is_flag=True, help="Add it without asking.")
@stack_options
def add(
    url: str,
    brand: str | None,
    words: tuple[str, ...],
    everything: bool,
    reach: int | None,
    own_names: tuple[str, ...],
    yes: bool,
    stack: str,
    local: bool,
) -> None:
    """Find the feed at URL or of the page there, show what it would have heard in the last week, ask, and add it.

    Adding a feed again replaces what was said of it. Its past alerts nobody.
    """
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
    """Print the feeds of a deployed stack, whether each is heard, and if not what helps."""
    from infra.ops.settings.feeds import DeployedFeeds, list_lines

    deployed = DeployedFeeds(*deployed_stack.open_stack(stack, local=local), local=local)
    listed = deployed.health(utc_now())
    for line in list_lines(listed):
        click.echo(line)
    if not listed:
        click.echo(f"Stack '{stack}' listens to no feed: `earshot sources add URL` adds one.")


@sources.command()
@click.argument("url")
@stack_options
def remove(url: str, stack: str, local: bool) -> None:
    """Listen no more to the feed at URL. What it brought stays, and it goes on from there if it is added again."""
    from infra.ops.settings.feeds import DeployedFeeds

    deployed = DeployedFeeds(*deployed_stack.open_stack(stack, local=local), local=local)
    gone = deployed.remove(url, utc_now())
    click.echo(f"No longer read: {gone.url}")
