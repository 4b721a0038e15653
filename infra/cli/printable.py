"""Messages with parts of files in them, made safe for a terminal. It imports nothing, so that ``--help`` is fast."""


def printable(message: str) -> str:
    """The message with its lines and blanks; a ``?`` stands for each control character and each broken one."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in message)
