"""What a picture must have, and must not: empty axes, texts that overlap or leave it, no units."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from unittest import mock

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

COMMAND = re.compile(r"snakemake|python -m|make run|--\w+|\w+/\w+\.py")
"""What belongs into a caption, not into a picture."""
OTHER_NAMES = re.compile(
    r"\b(2/3|L?[456]|L2/3) ?[EI]\b|\b[Ll]ayers? [1-6]\b|(?<!@)\bchi\b|\bkappa\b"
)
"""Layers that are not II/III, IV, V or VI; letters that are not χ, κ."""
POWER = re.compile(r"mathdefault\{10")
"""A tick at a power of ten that `log_axis` would write as 0.1, 1 or 10⁴."""
NO_UNIT = re.compile(
    r"area|population|layer|element|modularity|similarity|share|density$|pearson|cv|lvr|graphs|χ|κ"
    r"|correlation|probability|pairs|starts|synapses|streamlines|connections|per neuron|sln|fln"
    r"|rank|eigen|part|log₁₀|^ln\(|relative|degree|position|population|autapses|matrix",
    re.IGNORECASE,
)
"""Numbers, shares, and names."""


def drawn_texts(figure: Figure) -> list[Text]:
    """Return the texts that are drawn: no empty ones, no labels of hidden ticks."""
    seen: list[Text] = []
    draw = Text.draw

    def record(self: Text, renderer: object) -> None:
        if self.get_visible() and self.get_text().strip():
            seen.append(self)
        draw(self, renderer)

    with mock.patch.object(Text, "draw", record):
        figure.canvas.draw()
    return list(dict.fromkeys(seen))


def assert_saved(path: Path, figure: Figure) -> None:
    """The file holds the figure in its size, and not only its texts on an empty page."""
    pixels = imread(path)[..., :3]
    wanted = np.rint(figure.get_size_inches()[::-1] * 200)
    assert np.abs(pixels.shape[:2] - wanted).max() <= 1
    inked = (pixels < 0.99).any(axis=2)
    assert 0.005 < inked.mean() < 0.95
    colours = np.unique(np.rint(8 * pixels[inked]), axis=0)
    assert len(colours) > 2


def assert_inside(figure: Figure) -> None:
    width, height = figure.get_size_inches() * figure.dpi
    for text in drawn_texts(figure):
        box = text.get_window_extent()
        inside = box.x0 > -1 and box.y0 > -1 and box.x1 < width + 1 and box.y1 < height + 1
        assert inside, f"{text.get_text()!r} is cut off: {box} in {width:g} x {height:g}"


def assert_legible(figure: Figure) -> None:
    """No text below 6 pt, and none over another."""
    shown = drawn_texts(figure)
    assert min(text.get_fontsize() for text in shown) >= 5.5
    point = figure.dpi / 72
    boxes = np.array([text.get_window_extent().extents for text in shown])
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    overlap = np.triu((high - low > 2.0 * point).all(axis=2), 1)
    pairs = [(shown[i].get_text(), shown[j].get_text()) for i, j in np.argwhere(overlap)]
    assert not pairs, f"one over the other: {pairs[:5]}"
    for axes in figure.axes:
        labels = [t for t in axes.get_xticklabels() if t in shown and t.get_rotation() == 0]
        boxes = sorted((t.get_window_extent() for t in labels), key=lambda box: box.x0)
        gaps = [right.x0 - left.x1 for left, right in pairwise(boxes)]
        assert min(gaps, default=point) > 0.5 * point, [text.get_text() for text in labels]


def assert_filled(figure: Figure) -> None:
    """No axes without data, unless a text in them says why; no commands in the picture."""
    for text in drawn_texts(figure):
        assert not COMMAND.search(text.get_text()), f"a command: {text.get_text()!r}"
    for axes in figure.axes:
        shown = axes.get_visible() and axes.axison
        framed = shown and any(spine.get_visible() for spine in axes.spines.values())
        reasons = [text for text in axes.texts if len(text.get_text()) > 5]
        assert not framed or has_data(axes) or reasons, f"empty axes: {axes.get_position()}"


def has_data(axes: Axes) -> bool:
    """Whether something is drawn that depends on data."""
    lines = [np.asarray(line.get_xydata(), float) for line in axes.lines]
    free = [xy for line, xy in zip(axes.lines, lines, strict=True) if is_of_data(line, axes)]
    marks = any(np.isfinite(xy).all(axis=1).any() for xy in free)
    return bool(marks or axes.images or axes.collections or axes.patches)


def is_of_data(line: object, axes: Axes) -> bool:
    """Whether a line has the transform of the data: those of axhline and axvline have not."""
    return line.get_transform() == axes.transData


def assert_units(figure: Figure) -> None:
    """Every label of an axis has its unit, or names what has none."""
    for axes in figure.axes:
        for label in (axes.get_xlabel(), axes.get_ylabel()):
            named = not label or "(" in label or NO_UNIT.search(label)
            assert named, f"no unit: {label!r}"


def assert_published(figure: Figure) -> None:
    """All of the above that a figure of a publication must fulfil, on an A4 page."""
    width, height = figure.get_size_inches() * 25.4
    assert width <= 180.01 and height <= 297
    for check in (assert_inside, assert_legible, assert_filled, assert_units, assert_names):
        check(figure)


def assert_names(figure: Figure) -> None:
    """Layers, χ, κ and powers of ten are written in one form."""
    for text in drawn_texts(figure):
        assert not POWER.search(text.get_text()), f"not a plain tick: {text.get_text()!r}"
        assert not OTHER_NAMES.search(text.get_text()), f"another name: {text.get_text()!r}"
