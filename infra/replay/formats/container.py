"""From the bytes of a file to its text: unpacked and decoded, or refused by the name of what it is."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import IO, cast

from infra.replay.rows import RecordingError, encodable

MAX_BYTES = 2 * 1024**3
"""Of the text: more than a process should hold. A gzip file of 2 MB can unpack to this."""
MAX_LAYERS = 3

_EXCEL = (
    "an Excel workbook: save the sheet as 'CSV UTF-8'. Excel rounds ids of more than 15 digits unless their column was "
    "text from the beginning: better export the posts again"
)
_UNREADABLE: Mapping[bytes, str] = {
    b"\xd0\xcf\x11\xe0": _EXCEL,
    b"%PDF": "a PDF: export the posts as CSV or JSON",
    b"PAR1": "a Parquet file: write it as CSV (in pandas: to_csv), with ids as text",
    b"ARROW1": "a Feather file: write it as CSV (in pandas: to_csv), with ids as text",
    b"Obj\x01": "an Avro file: write it as JSON lines",
    b"SQLite format 3": "a SQLite database: export its table as CSV",
    b"\x89HDF": "an HDF5 file: write it as CSV, with ids as text",
    b"\x93NUMPY": "a NumPy file: write it as CSV, with ids as text",
    b"\x28\xb5\x2f\xfd": "compressed with zstd: unpack it first (zstd -d)",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive: unpack it first",
    b"Rar!": "a RAR archive: unpack it first",
    b"\x89PNG": "a picture: export the posts as CSV or JSON",
    b"\xff\xd8\xff": "a picture: export the posts as CSV or JSON",
    b"\x80\x04": "a Python pickle: write it as CSV or JSON lines",
    b"\x80\x05": "a Python pickle: write it as CSV or JSON lines",
}
_MARKED_UP = {"<!doctype html": "a web page", "<html": "a web page", "<?xml": "an XML file", "<rss": "a feed"}
_WIDE_MARKS: Mapping[bytes, str] = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def text_of(name: str, content: bytes, layers: int = MAX_LAYERS) -> str:
    """The text of a file. Bytes that are no UTF-8 become lone surrogates, so that only their rows are refused.

    RecordingError, with the remedy, where it is not text, or holds several files.
    """
    inner = _unpacked(name, content)
    if inner is not None:
        if not layers:
            raise RecordingError(f"{name} is packed more than {MAX_LAYERS} times: unpack it first.")
        return text_of(name, inner, layers - 1)
    for magic, what in _UNREADABLE.items():
        if content.startswith(magic):
            raise RecordingError(f"{name} is {what}.")
    wide = _wide_encoding(content)
    if wide is not None:
        return content.decode(wide, errors="replace").removeprefix("\ufeff")
    text = content.decode("utf-8-sig", errors="surrogateescape")
    head = text[:4096]
    # What is UTF-8 throughout is text, whatever characters somebody has posted.
    if not encodable(head) and sum(one < " " and one not in "\t\n\r" for one in head) > len(head) // 10:
        raise RecordingError(f"{name} is a binary file: export the posts as CSV or as JSON lines.")
    beginning = text[:200].lstrip().lower()
    for mark, what in _MARKED_UP.items():
        if beginning.startswith(mark):
            raise RecordingError(f"{name} is {what}: export the posts as CSV or as JSON lines.")
    return text


def _unpacked(name: str, content: bytes) -> bytes | None:
    """What is packed in ``content``; None where nothing is."""
    if content.startswith(b"PK\x03\x04"):
        return _only_file(name, content)
    for magic, unpack in _UNPACKERS.items():
        if content.startswith(magic):
            try:
                with unpack(io.BytesIO(content)) as stream:
                    return _at_most(name, stream)
            except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
                raise RecordingError(f"{name} is compressed, and damaged ({error}): save it again.") from None
    return None


def _only_file(name: str, content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [one for one in archive.namelist() if not one.endswith("/") and not one.startswith("__MACOSX")]
            kind = next((what for part, what in _OFFICE.items() if any(one.startswith(part) for one in files)), None)
            if kind is not None:
                raise RecordingError(f"{name} is {kind}.")
            if len(files) != 1:
                shown = ", ".join(repr(one[:60]) for one in files[:5]) + (", ..." if len(files) > 5 else "")
                raise RecordingError(f"{name} is a zip archive of {len(files)} files ({shown}): unpack it, name one.")
            with archive.open(files[0]) as stream:
                return _at_most(name, stream)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
        if name.lower().endswith((".xlsx", ".xlsm")):
            raise RecordingError(f"{name} is {_EXCEL}.") from None
        raise RecordingError(f"{name} is a zip archive that cannot be unpacked ({error}): unpack it first.") from None


def _at_most(name: str, stream: IO[bytes]) -> bytes:
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise RecordingError(f"{name} unpacks to more than {MAX_BYTES // 1024**3} GB: split it into parts.")
    return content


def _wide_encoding(content: bytes) -> str | None:
    """UTF-16, by its mark or by the zeros in every other byte; None where it is something else."""
    for mark, encoding in _WIDE_MARKS.items():
        if content.startswith(mark):
            return encoding
    head = content[:2000]
    half = len(head) // 2
    if half < 8:
        return None
    low, high = head[0::2].count(0), head[1::2].count(0)
    if high > half // 2 and low < half // 20 + 1:
        return "utf-16-le"
    return "utf-16-be" if low > half // 2 and high < half // 20 + 1 else None


def _gunzip(stream: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(fileobj=stream))


def _bunzip(stream: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", bz2.BZ2File(stream))


def _unxz(stream: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", lzma.LZMAFile(stream))


_UNPACKERS: Mapping[bytes, Callable[[IO[bytes]], IO[bytes]]] = {
    b"\x1f\x8b": _gunzip,
    b"BZh": _bunzip,
    b"\xfd7zXZ": _unxz,
}
_OFFICE = {
    "xl/": _EXCEL,
    "word/": "a Word document: save the posts as CSV or JSON",
    "content.xml": "an OpenDocument file: save the sheet as CSV, with ids as text",
    "Index/": "a Numbers document: export it as CSV, with ids as text",
}
