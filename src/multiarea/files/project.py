"""Where the project is, and what paths in parameters mean."""

from __future__ import annotations

import os
from pathlib import Path

from multiarea.errors import did_you_mean

MARKERS = ("Snakefile", "experimental_data")
"""What a project folder contains."""


def project_root() -> Path:
    """Return the project folder: the current folder or its nearest parent with all `MARKERS`.

    Without one it is the checkout that this package is installed from, so that every command works
    from any folder.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if all((folder / marker).exists() for marker in MARKERS):
            return folder
    return Path(__file__).resolve().parents[3]


def resolve(path: str | Path) -> Path:
    """Return the path itself if absolute, else below the project folder."""
    return project_root() / path


def exists(path: str | Path, kind: str = "any") -> bool:
    """Return whether `path` leads to something of a `kind`: "file", "dir" or "any" of the two.

    A path that the system cannot even look up (too long, forbidden) leads to nothing.
    """
    target = resolve(path)
    try:
        return {"any": target.exists, "file": target.is_file, "dir": target.is_dir}[kind]()
    except (OSError, ValueError):
        return False


def nearest_file(path: Path) -> str:
    """Return ' Did you mean ...?' with the most similar name in the folder of `path`, or ''."""
    try:
        return did_you_mean(path.name, [entry.name for entry in path.parent.iterdir()])
    except (OSError, ValueError):
        return ""


def relative(path: str | Path) -> str:
    """Return a path inside the project relative to it, in POSIX form; others unchanged.

    Results must not depend on where the project is, nor on how a path is written.
    """
    text = Path(path)
    try:
        return Path(os.path.normpath(resolve(text))).relative_to(project_root()).as_posix()
    except ValueError:
        return text.as_posix()
