"""How figures are saved: complete or not at all, the same figure as the same bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fontTools.subset import Options
from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import house_style, uncollected
from multiarea.files.atomic import atomic_path


def save_figure(figure: Figure, paths: Iterable[Path]) -> None:
    """Write a figure to files in the formats of their suffixes, each complete or absent.

    The same figure gives the same bytes: no file holds a date.

    Parameters
    ----------
    figure : Figure
    paths : iterable of Path
        .png, .pdf, .svg, .eps, .jpg or .tif
    """
    undated = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}
    for path in map(Path, paths):
        kind = path.suffix.lower()
        options = {"pil_kwargs": {"compress_level": 3}} if kind == ".png" else {}
        content = io.BytesIO()
        with house_style(), _undated(kind == ".eps"), _lean_fonts(), uncollected():
            figure.savefig(content, format=kind[1:], metadata=undated.get(kind), **options)
        with atomic_path(path) as temporary:
            temporary.write_bytes(content.getvalue())


@contextmanager
def _lean_fonts() -> Iterator[None]:
    """Embed fonts without the tables that only type-setting programs read.

    Taking these apart would be half of the time that a small PDF file takes.
    """
    tables = list(Options._drop_tables_default)
    Options._drop_tables_default = [*tables, "GDEF", "GPOS", "GSUB", "MATH"]
    try:
        yield
    finally:
        Options._drop_tables_default = tables


@contextmanager
def _undated(needed: bool) -> Iterator[None]:
    """Fix the date that matplotlib writes into an EPS file."""
    name, before = "SOURCE_DATE_EPOCH", os.environ.get("SOURCE_DATE_EPOCH")
    if needed:
        os.environ[name] = "0"
    try:
        yield
    finally:
        if needed and before is None:
            del os.environ[name]
        elif needed:
            os.environ[name] = before
