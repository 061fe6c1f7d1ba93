"""Time series as the published macaque code reads them: a file for each population."""

from __future__ import annotations

import glob
from pathlib import Path

NPY_SUFFIX = ".npy"


def npy_rate_files(path: Path) -> list[Path]:
    """Return the files of time series that belong to a `path`, sorted; none if there are none.

    They have names such as `het_current-V1-23E.npy`; the path is what the names have in common,
    `het_current`, or one of them.
    """
    stem = path.name
    if path.suffix.lower() == NPY_SUFFIX:
        stem = path.stem.rsplit("-", 2)[0]
    elif path.suffix or path.exists():
        return []
    return sorted(path.parent.glob(f"{glob.escape(stem)}-*-*{NPY_SUFFIX}"))
