"""What all figures share: context, size, style, texts and axes."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path

import matplotlib as mpl
import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.ft2font import LoadFlags

from multiarea.figures.kinds import palette

STYLE = Path(__file__).parent / "style.mplstyle"

WIDTH = 180.0
"""Width of a page's text [mm]."""
MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
TEXT, SMALL = 7.0, 6.0
"""Sizes of text [pt]."""
LINE = 2.7
"""Distance of lines of small text [mm]."""
LINES = 3
"""Most lines on a run below a picture."""
MOST_NAMES = 2
"""Most experiments that are named there."""
LETTER = 10.0
"""Room for a panel's letter [pt]."""
KEPT = re.compile(r"(?<=×) | (?=×)|(?<=\d) (?=(?:spikes/s|s|ms|mm|%)\b)")
"""Spaces at which a line must not be broken."""


@dataclass(frozen=True)
class Context:
    """What a figure has to know of the run in addition to its data.

    `areas`, `layers` and `populations` are all names that the model may have, in order, so that
    absent ones can be marked.
    """

    model: str
    areas: tuple[str, ...]
    layers: tuple[str, ...]
    populations: tuple[str, ...]
    shown_areas: tuple[str, ...]
    """Areas of figures with few panels."""
    scale: str
    """For example "human, N × 0.004, K × 0.05"."""
    t_sim: float
    """Simulated time [ms]."""
    names: tuple[str, ...] = ()
    """Experiments that the picture is of."""
    differences: tuple[str, ...] = ()
    """Other parameters that are not the defaults of the model, such as "chi 1.5"."""
    activity: str = "simulation"
    """Where the spikes are from."""
    missing: str = "population absent"
    """What is said where a population has no data."""

    def facts(self, width: float) -> str:
        """Return what tells this run from others, in at most `LINES` lines of a `width` [mm]."""
        names = ", ".join(shortened(name, width) for name in self.names[:MOST_NAMES])
        if len(self.names) > MOST_NAMES:
            names += f" and {len(self.names) - MOST_NAMES} more"
        start = f"{names}: " if names else ""
        parts = [f"{self.t_sim / 1000:g} s", *self.differences]
        for n in range(len(parts), 0, -1):
            more = ["..."] if n < len(parts) else []
            words = (
                shortened(part, width) for part in [*self.scale.split(", "), *parts[:n], *more]
            )
            text = wrapped(start + ", ".join(words), width, SMALL)
            if text.count("\n") < LINES:
                break
        return text


def styled(plot: Callable[..., Figure]) -> Callable[..., Figure]:
    """Draw with the product's style and, on top of it, `parameters.mplstyles`."""

    @wraps(plot)
    def draw(**inputs: object) -> Figure:
        with house_style(inputs["parameters"].mplstyles):
            return plot(**inputs)

    return draw


def new_figure(width: float, height: float, context: Context | None = None) -> Figure:
    """Return an empty figure of `width` x `height` mm.

    With a `context` there is a strip below, in which its facts stand.
    """
    text = context.facts(width - 2) if context is not None else ""
    strip = 1 + LINE * (text.count("\n") + 1) if text else 0.0
    figure = Figure(figsize=(width / MM_PER_INCH, (height + strip) / MM_PER_INCH))
    FigureCanvasAgg(figure)
    if text:
        write(figure, (1, height), text, color="#666666", fontsize=SMALL)
    return figure


def shortened(text: str, width: float) -> str:
    """Return `text` that is kept in a line, cut where it is wider than `width` [mm]."""
    kept = text.replace(" ", "\N{NO-BREAK SPACE}")
    while text_width(kept, SMALL) > 0.9 * width:
        kept = kept.removesuffix("...")[:-1] + "..."
    return kept


def size_mm(figure: Figure) -> tuple[float, float]:
    """Return width and height [mm]."""
    width, height = figure.get_size_inches()
    return float(width * MM_PER_INCH), float(height * MM_PER_INCH)


def place(figure: Figure, corner: tuple[float, float], size: tuple[float, float]) -> Axes:
    """Add axes with the upper left `corner` (left, top) and `size` in mm to `figure`."""
    width, height = size_mm(figure)
    (left, top), (w, h) = corner, size
    return figure.add_axes((left / width, 1 - (top + h) / height, w / width, h / height))


def write(figure: Figure, position: tuple[float, float], text: str, **options: object) -> None:
    """Write `text` at a `position` [mm] from the upper left corner of `figure`."""
    width, height = size_mm(figure)
    options = {"va": "top", "fontsize": TEXT, **options}
    figure.text(position[0] / width, 1 - position[1] / height, text, **options)


def heading(
    axes: Axes, letter: str, text: str = "", lift: float = 3.0, outdent: float = 0.0
) -> None:
    """Write a panel's `letter` and title, `text`, `lift` pt above the upper left corner of `axes`.

    The letter is `outdent` pt to the left of the axes.
    """
    options = {"xycoords": "axes fraction", "textcoords": "offset points"}
    shift = 0.0
    if letter:
        axes.annotate(letter, (0, 1), (-outdent, lift), fontsize=9, fontweight="bold", **options)
        shift = max(LETTER - outdent, 0.0)
    axes.annotate(text, (0, 1), (shift, lift), **options)


def say(axes: Axes, text: str, left: bool = False) -> None:
    """Write `text` into the upper right corner of `axes`, or into the upper `left` one."""
    x, side = (0.03, "left") if left else (0.98, "right")
    axes.text(x, 0.98, text, transform=axes.transAxes, ha=side, va="top", fontsize=SMALL)


def note(axes: Axes, text: str, keep_ticks: bool = False) -> None:
    """Write `text` in the middle of empty `axes`, which lose their ticks unless `keep_ticks`."""
    if not keep_ticks:
        axes.set_xticks([])
        axes.set_yticks([])
    width = axes.get_position().width * size_mm(axes.figure)[0]
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    options = {"ha": "center", "va": "center", "fontsize": SMALL, "color": "#555555", "bbox": box}
    text = wrapped(text, 0.95 * width, SMALL)
    axes.text(0.5, 0.5, text, transform=axes.transAxes, **options)


@cache
def text_width(text: str, size: float) -> float:
    """Return the width [mm] of a line of `text` of a `size` [pt]."""
    if not text:
        return 0.0
    font = get_font(findfont(FontProperties()))
    font.set_size(size, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64 * MM_PER_POINT


def widest(texts: Iterable[str], size: float = SMALL) -> float:
    """Return the width [mm] of the widest of the lines `texts` of a `size` [pt]."""
    return max((text_width(text, size) for text in texts), default=0.0)


def wrapped(text: str, width: float, size: float) -> str:
    """Break `text` of a `size` [pt] at spaces into lines of at most `width` [mm].

    Numbers keep × and their units.
    """
    lines = [""]
    for word in KEPT.sub("\N{NO-BREAK SPACE}", text).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def type_colour(population: str, populations: tuple[str, ...]) -> str:
    """Return the colour of a `population`: blue for the first of `populations`, then orange."""
    order = (palette.BLUE, palette.ORANGE, *palette.CATEGORIES[2:])
    return order[populations.index(population) % len(order)]


def plain_log_ticks(low: float, high: float) -> np.ndarray:
    """Return ticks from `low` to `high`: 1, 2, 5 within two decades, else powers of ten."""
    decades = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    steps = (1,) if high / low > 100 else (1, 2, 5)
    ticks = np.outer(10.0**decades, steps).ravel()
    ticks = ticks[(ticks >= low * (1 - 1e-9)) & (ticks <= high * (1 + 1e-9))]
    return ticks[:: max(1, -(-len(ticks) // 9))]


def log_axis(axis: mpl.axis.Axis, low: float, high: float) -> None:
    """Give the logarithmic `axis` of a plot or colour bar plain ticks from `low` to `high`.

    They are as few as have room beside each other.
    """
    ticks = plain_log_ticks(low, high)
    if axis.axis_name == "x":
        room = axis.axes.get_position().width * size_mm(axis.axes.figure)[0] / np.log10(high / low)
        needed = (widest(map(plain, ticks)) + 0.5) / room
        while len(ticks) > 2 and np.diff(np.log10(ticks)).min() < needed:
            ticks = ticks[::2]
    axis.set_major_locator(mpl.ticker.FixedLocator(ticks))
    axis.set_major_formatter(mpl.ticker.FixedFormatter([plain(tick) for tick in ticks]))
    axis.set_minor_locator(mpl.ticker.NullLocator())


def plain(number: float) -> str:
    """Return a number as text; powers of ten far from 1 as 10ⁿ, without slow math text."""
    exponent = round(np.log10(number))
    if -4 < exponent < 4 or abs(number / 10.0**exponent - 1) > 1e-6:
        return f"{number:g}"
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def or_undefined(number: float, form: str = ".2f") -> str:
    """Return `number` as text of a `form`, with a true minus sign; nan as "undefined"."""
    return f"{number:{form}}".replace("-", "−") if np.isfinite(number) else "undefined"


def few_ticks(axes: Axes, x: int = 4, y: int = 3) -> None:
    """Limit the ticks of the small panel `axes` to about `x` and `y`."""
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(x, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(y, steps=[1, 2, 5, 10]))


@contextmanager
def house_style(more: Iterable[str] = ()) -> Iterator[None]:
    """Draw with the product's style and, on top of it, the styles named in `more`."""
    _put_own_fonts_first()
    with mpl.style.context(STYLE, after_reset=True):
        for name in more:
            try:
                mpl.style.use(name)
            except OSError:
                warnings.warn(
                    f"ana_params: mplstyles: no matplotlib style {name!r}; it is left out",
                    stacklevel=2,
                )
        yield


@cache
def _put_own_fonts_first() -> None:
    """Let the fonts that come with matplotlib be found before other copies of them.

    Pictures are then the same whatever fonts are installed. matplotlib keeps its list of fonts in
    the user's cache for all installations: it may be that of one without them.
    """
    folder = Path(mpl.get_data_path(), "fonts", "ttf")
    listed = {font.fname for font in fontManager.ttflist}
    for path in sorted(folder.glob("*.ttf")):
        if str(path) not in listed:
            fontManager.addfont(path)
    fontManager.ttflist.sort(key=lambda font: Path(font.fname).parent != folder)
