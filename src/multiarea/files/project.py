"""Where the project is, and what paths in parameters mean."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from multiarea.errors import InputError, nearest_name, one_line

MARKERS = ("Snakefile", "experimental_data")
"""What a project folder contains."""
PACKAGE = Path(__file__).resolve().parents[1]
"""The folder of this package."""
PROJECT = "MULTIAREA_PROJECT"
"""Variable of the environment with the folder of the Snakefile that runs."""
SHIPPED = PACKAGE / "shared"
"""Where a wheel holds what a checkout has in `SHIPPED_FOLDERS`; a checkout has no such folder."""
SHIPPED_FOLDERS = ("experimental_data", "experiments") if SHIPPED.is_dir() else ()
"""Folders of the project that come with an installed package."""


def project_root() -> Path:
    """Return the project folder: the current folder or its nearest parent with all `MARKERS`.

    Without one it is that of the running Snakefile, or the checkout that this package is installed
    from, so that every command works from any folder; and the current folder where the package was
    installed from a wheel.
    """
    here = Path.cwd()
    others = [Path(os.environ[PROJECT])] if PROJECT in os.environ else []
    folders = (here, *here.parents, *others, PACKAGE.parents[1])
    return next(filter(is_project, folders), here)


def is_project(folder: Path) -> bool:
    """Return whether `folder` has all `MARKERS`."""
    return all((folder / marker).exists() for marker in MARKERS)


def require_own_package(folder: Path) -> None:
    """Raise InputError if `folder` is a checkout and this package the code of another checkout.

    So it is where a checkout was copied together with its environment.
    """
    own = folder / "src" / PACKAGE.name
    if own.is_dir() and not own.samefile(PACKAGE) and is_project(PACKAGE.parents[1]):
        raise InputError(
            f"this is the checkout {one_line(folder)}, but the Python that runs, "
            f"{one_line(sys.executable)}, has the code of {one_line(PACKAGE.parents[1])}. Set up "
            "the environment of this checkout with 'make setup', then leave the active one "
            "('deactivate') and activate that of this checkout: source .venv/bin/activate"
        )


def resolve(path: str | Path) -> Path:
    """Return the path itself if absolute, else below the project folder.

    What the project folder lacks is below the current folder, if it is there; tables and
    experiments are else those that come with the package.
    """
    found = project_root() / path
    if not _is_there(found) and _is_there(here := Path.cwd() / path):
        return here
    if Path(path).parts[:1] and Path(path).parts[0] in SHIPPED_FOLDERS and not found.exists():
        return SHIPPED / path
    return found


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def from_here(path: str | Path) -> str:
    """Return a path of the project so that it leads there from the current folder.

    In the project folder itself it is relative.
    """
    if project_root() == Path.cwd():
        return relative(path)
    return resolve(path).as_posix()


def exists(path: str | Path, kind: str = "any") -> bool:
    """Return whether `path` leads to something of a `kind`: "file", "dir" or "any" of the two.

    A path that the system cannot even look up (too long, forbidden) leads to nothing.
    """
    target = resolve(path)
    try:
        return {"any": target.exists, "file": target.is_file, "dir": target.is_dir}[kind]()
    except (OSError, ValueError):
        return False


def why_not_made(folder: Path) -> str | None:
    """Return why a `folder`, from the current one, cannot be there or be made; None: it can.

    If it is there, it may be read-only: what is in it can still be read.
    """
    place = folder.absolute()
    nearest = next(path for path in (place, *place.parents) if os.path.lexists(path))
    if not nearest.is_dir():
        return f"{nearest} is not a folder"
    if nearest != place and not os.access(nearest, os.W_OK | os.X_OK):
        return f"{nearest} is not writable"
    return None


def nearest_file(path: Path) -> str:
    """Return ' Did you mean ...?' with the most similar name in the folder of `path`, or ''.

    A name with a suffix is that of a file, for which no folder is offered.
    """
    try:
        entries = [one for one in path.parent.iterdir() if not (path.suffix and one.is_dir())]
        best = nearest_name(path.name, [entry.name for entry in entries])
        is_like = best and nearest_name(path.stem, [Path(best).stem])  # not the suffix alone
        return f" Did you mean '{best}'?" if is_like else ""
    except (OSError, ValueError):
        return ""


def relative(path: str | Path) -> str:
    """Return a path inside the project relative to it, in POSIX form; others unchanged.

    Results must not depend on where the project is, nor on how a path is written, nor on whether
    a table is that of a checkout or the one that comes with the package.
    """
    text = Path(path)
    place = Path(os.path.normpath(resolve(text)))
    for folder in (SHIPPED, project_root()):
        if place.is_relative_to(folder):
            return place.relative_to(folder).as_posix()
    return text.as_posix()
