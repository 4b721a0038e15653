"""The ``earshot`` command as a test runs it."""

from click.testing import CliRunner, Result

from infra.cli.main import main


def run(*arguments: str, typed: str = "") -> Result:
    """What the command answers to somebody who types. An exception that it did not foresee fails the test."""
    result = CliRunner().invoke(main, list(arguments), input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result
