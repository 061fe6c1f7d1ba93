"""Configuration files: small UTF-8 text, not read before the size is known."""

from __future__ import annotations

from pathlib import Path

from multiarea.errors import InputError, one_line
from multiarea.files.project import nearest_file

LARGEST_FILE = 2**18
"""Largest size of a configuration file [bytes]."""


def read_small_text(path: Path, shown: str | None = None) -> str:
    """Return the text of `path` without a byte order mark; messages name the file `shown`.

    Raises InputError if the file is absent, a folder or a device, larger than 256 kB, or not UTF-8
    text.
    """
    shown = one_line(path if shown is None else shown)
    try:
        if not path.exists():
            if path.is_symlink():
                raise InputError(f"{shown}: a link that leads nowhere")
            raise InputError(f"{shown}: no such file.{nearest_file(path)}")
        if not path.is_file():
            raise InputError(f"{shown}: expected a file, found a folder or a device")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise InputError(f"{shown}: {size} bytes; expected at most {LARGEST_FILE}")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{shown}: expected UTF-8 text; byte {error.start + 1} is not") from None
    except InputError:
        raise
    except (OSError, ValueError) as error:
        raise InputError(f"{shown}: cannot be read: {one_line(error)}") from None
    if "\0" in text:
        raise InputError(f"{shown}: expected text, found a binary file")
    return text
