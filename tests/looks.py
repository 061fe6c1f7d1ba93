"""What a picture must have, and must not: texts that overlap or leave it."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import numpy as np
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text


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
