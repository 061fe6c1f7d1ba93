"""Configuration files: small, UTF-8 text, and read whole only after that is known."""

from __future__ import annotations

from pathlib import Path

from multiarea.errors import InputError, did_you_mean, one_line

LARGEST_FILE = 2**18
"""[bytes]"""


def read_small_text(path: Path, shown: str | None = None) -> str:
    """Return the text of a file, without a byte order mark.

    Parameters
    ----------
    path : Path
    shown : str, optional
        The file's name in messages.

    Raises
    ------
    InputError
        If the file is absent, a folder or a device, larger than 256 kB, or not UTF-8 text.
    """
    shown = one_line(path if shown is None else shown)
    try:
        if not path.exists():
            if path.is_symlink():
                raise InputError(f"{shown}: a link that leads nowhere")
            raise InputError(f"{shown}: no such file.{_nearest(path)}")
        if not path.is_file():
            raise InputError(f"{shown}: expected a file, found a folder or a device")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise InputError(f"{shown}: {size} bytes; expected at most {LARGEST_FILE}")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{shown}: expected UTF-8 text; byte {error.start + 1} is none") from None
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{shown}: cannot be read: {one_line(error)}") from None
    if "\0" in text:
        raise InputError(f"{shown}: expected text, found a binary file")
    return text


def _nearest(path: Path) -> str:
    beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    return did_you_mean(path.name, beside)
