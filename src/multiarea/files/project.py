"""Where the project lies, and what paths in parameters mean."""

from __future__ import annotations

import os
from pathlib import Path

MARKERS = ("Snakefile", "experimental_data")


def project_root() -> Path:
    """Return the project folder: the nearest parent of the current folder that looks like it.

    Falls back to the checkout that this package is installed from, so that every command works
    from any folder.
    """
    here = Path.cwd()
    checkout = Path(__file__).resolve().parents[3]
    for folder in (here, *here.parents):
        if all((folder / marker).exists() for marker in MARKERS):
            return folder
    return checkout


def resolve(path: str | Path) -> Path:
    """Return the path itself if absolute, else below the project folder."""
    return project_root() / path


def exists(path: str | Path, kind: str = "any") -> bool:
    """Return whether a path leads to a file ("file"), a folder ("dir") or either ("any").

    A path that the system cannot even look up (too long, forbidden) leads to nothing.
    """
    target = resolve(path)
    look = {"any": target.exists, "file": target.is_file, "dir": target.is_dir}[kind]
    try:
        return look()
    except (OSError, ValueError):
        return False


def relative(path: str | Path) -> str:
    """Return a path inside the project relative to it, in POSIX form; others unchanged.

    Results must not depend on where the project lies, nor on how a path is written.
    """
    text = Path(path)
    try:
        return Path(os.path.normpath(resolve(text))).relative_to(project_root()).as_posix()
    except ValueError:
        return text.as_posix()
