# What Earshot uses of smsutil, which has no types of its own.

class Part:
    content: str

class SplitResult:
    encoding: str
    parts: list[Part]

def split(text: str) -> SplitResult: ...
def is_valid_gsm(text: str) -> bool: ...
