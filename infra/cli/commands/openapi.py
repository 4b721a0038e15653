"""``earshot openapi``: the API's document."""

import click


@click.command()
def openapi() -> None:
    """Print the API's OpenAPI document, the same as docs/openapi.json."""
    from earshot.api.openapi import document

    click.echo(document(), nl=False)
