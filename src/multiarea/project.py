"""Where the project lies, and what paths in parameters mean."""

from __future__ import annotations

from pathlib import Path

MARKERS = ("Snakefile", "experimental_data")


def project_root() -> Path:
    """Return the project folder: the nearest parent of the current folder that looks like it.

    Falls back to the checkout that this package is installed from, so that every command works
    from any folder.
    """
    here = Path.cwd()
    checkout = Path(__file__).resolve().parents[2]
    for folder in (here, *here.parents):
        if all((folder / marker).exists() for marker in MARKERS):
            return folder
    return checkout


def resolve(path: str | Path) -> Path:
    """Return the path itself if absolute, else below the project folder."""
    return project_root() / path


def relative(path: str | Path) -> str:
    """Return a path inside the project relative to it, in POSIX form; others unchanged.

    Results must not depend on where the project lies.
    """
    text = Path(path)
    try:
        return resolve(text).relative_to(project_root()).as_posix()
    except ValueError:
        return text.as_posix()
