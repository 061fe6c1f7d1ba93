"""How figures are saved: complete or not at all, the same figure as the same bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import house_style
from multiarea.figures.kinds.movie import as_gif
from multiarea.files.atomic import atomic_path

MOVIE = ".gif"
"""Format of movies."""
FORMATS = (".png", ".pdf", ".svg", ".eps", ".jpg", ".tif", MOVIE)
UNDATED = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}
"""Metadata that keep the date out of a file."""


def save_figure(figure: Figure, paths: Iterable[Path]) -> None:
    """Write `figure` to `paths` in the formats of their suffixes, each complete or absent.

    Formats are `FORMATS`, .gif only for a figure that has a `movie`. The same figure gives the
    same bytes: no file holds a date.
    """
    for path in map(Path, paths):
        kind = path.suffix.lower()
        options = {"pil_kwargs": {"compress_level": 3}} if kind == ".png" else {}
        content = io.BytesIO()
        with house_style(), _fixed_date():
            if kind == MOVIE:
                content.write(as_gif(figure.movie))
            else:
                figure.savefig(content, format=kind[1:], metadata=UNDATED.get(kind), **options)
        with atomic_path(path) as temporary:
            temporary.write_bytes(content.getvalue())


@contextmanager
def _fixed_date() -> Iterator[None]:
    """Fix the date that matplotlib writes into EPS files, which have no metadata for it."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = "0"
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before
