"""Drawing kind: a figure that moves, as a GIF that any browser and any slide shows."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from PIL import Image

GREYS = 32
"""Shades of grey in the palette, black and white among them; the rest is of the colour maps."""
COLOURS = 256
DPI = 130.0


@dataclass(frozen=True)
class Movie:
    """What a figure with the attribute `movie` is as a .gif."""

    figure: Figure
    show: Callable[[int], None]
    """Changes the figure to its frame k = 0, 1, ..."""
    changing: tuple[Artist, ...]
    """What it changes, in the order in which it is drawn; all else is drawn once."""
    n_frames: int
    pause: float
    """How long a frame is shown [ms]."""
    cmaps: tuple[str, ...]
    """Names of the colour maps: no other colours but greys are kept."""


def as_gif(movie: Movie) -> bytes:
    """Return the frames of `movie` as an animated GIF, which repeats for ever.

    The same movie gives the same bytes.
    """
    figure, canvas = movie.figure, movie.figure.canvas
    figure.set_dpi(DPI)
    for artist in movie.changing:
        artist.set_animated(True)
    canvas.draw()
    still = canvas.copy_from_bbox(figure.bbox)
    palette = _palette(movie.cmaps)
    frames = []
    for k in range(movie.n_frames):
        movie.show(k)
        canvas.restore_region(still)
        for artist in movie.changing:
            figure.draw_artist(artist)
        drawn = Image.fromarray(np.array(canvas.buffer_rgba())).convert("RGB")
        frames.append(drawn.quantize(palette=palette, dither=Image.Dither.NONE))
    content = io.BytesIO()
    options = {"save_all": True, "append_images": frames[1:], "loop": 0, "optimize": False}
    frames[0].save(content, format="GIF", duration=round(movie.pause), **options)
    return content.getvalue()


def _palette(cmaps: tuple[str, ...]) -> Image.Image:
    n = (COLOURS - GREYS) // len(cmaps)
    maps = [mpl.colormaps[name](np.linspace(0, 1, n))[:, :3] for name in cmaps]
    greys = np.repeat(np.linspace(0, 1, GREYS)[:, None], 3, axis=1)
    colours = np.rint(255 * np.concatenate([greys, *maps])).astype(np.uint8)
    image = Image.new("P", (1, 1))
    image.putpalette(colours.tobytes())
    return image
