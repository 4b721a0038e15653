"""The ``earshot`` command as a test runs it."""

from click.testing import CliRunner, Result

from infra.cli.main import main


def run(*arguments: str) -> Result:
    """What the command answers. An exception that it did not foresee fails the test."""
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result
