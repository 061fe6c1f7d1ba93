"""Files that are complete or absent: temporary name, then rename."""

from __future__ import annotations

import errno
import glob
import hashlib
import json
import os
import platform
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from multiarea.errors import InputError, one_line

TEMPORARY = ".unfinished"
"""End of the name of a file that is being written, before its suffix."""
DISK_PROBLEMS = {
    errno.ENOSPC: "Free some space",
    errno.EDQUOT: "Free some space, or ask for a larger quota",
    errno.EROFS: "Make it writable, or choose another place with 'out' in config.yaml",
    errno.EACCES: "Make it writable, or choose another place with 'out' in config.yaml",
}
"""Errors that a user can do something about, and what."""


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary name beside `path`; rename it to `path` if the block succeeds.

    The temporary file keeps the suffix of `path` and is removed if the block fails.

    Raises InputError if the disk is full or cannot be written.
    """
    path = Path(path)
    start, end = f".{path.stem}.{platform.node()}-", TEMPORARY + path.suffix
    with disk_problems(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(path.parent, start, end)
        temporary = path.with_name(f"{start}{os.getpid()}.{uuid.uuid4().hex[:8]}{end}")
        temporary.touch(exist_ok=False)
        try:
            yield temporary
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def disk_problems(path: Path) -> Iterator[None]:
    """Turn the failure to write a file on a full or read-only disk into an InputError.

    It names the file, the problem and what to do.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        for code, advice in DISK_PROBLEMS.items():
            problem = os.strerror(code)
            if getattr(error, "errno", None) == code or problem in str(error):
                raise InputError(
                    f"{one_line(path)}: cannot be written: {problem}. {advice}, then run the same "
                    "command again."
                ) from error
        raise


def _remove_abandoned(folder: Path, start: str, end: str) -> None:
    """Remove the temporary files of processes of this machine that were killed."""
    for entry in folder.glob(f"{glob.escape(start)}*{glob.escape(end)}"):
        process = entry.name.removeprefix(start).split(".")[0]
        if process.isdecimal() and not _is_running(int(process)):
            entry.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def is_unfinished(path: Path) -> bool:
    """Return whether a name is one that a file has only while it is being written."""
    is_spool = path.name.startswith(".") and ".spool-" in path.name
    return path.stem.endswith(TEMPORARY) or path.suffix == TEMPORARY or is_spool


def write_json(path: Path, content: Any) -> None:
    """Write `content` as indented JSON to `path`, atomically."""
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder in the order of their names."""
    digest = hashlib.sha256()
    path = Path(path)
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
