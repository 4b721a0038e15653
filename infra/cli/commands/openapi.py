"""``earshot openapi``: the API's document."""

import click


@click.command()
def openapi() -> None:
    """Print the API's OpenAPI document, the same as docs/openapi.json."""
    from earshot.api.openapi import document
    from earshot.api.routes import whole_app

    click.echo(document(whole_app()), nl=False)
