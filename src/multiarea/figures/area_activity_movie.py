"""Activity of all areas on a map of the brain's surface: a film strip, and a movie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.activity import Activity, deviation_norm, in_bins, norm_of, with_ends
from multiarea.figures.kinds.brain_map import BrainMap, height_of, scale_of
from multiarea.figures.kinds.drawing import WIDTH, Context, heading, new_figure, size_mm, styled
from multiarea.figures.kinds.matrix import colour_bar
from multiarea.figures.kinds.movie import Movie
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("area_map", "rate_histograms"),
    "formats": ("gif",),
    "caption": "Rates of all areas on the surface of the right hemisphere in consecutive bins of "
    "20 ms, z-scored: the deviation from the mean of an area in units of its standard deviation "
    "(SD), around the bin with the highest mean of all areas. The movie (.gif) shows the rates, "
    "and their deviations, in the last 3 s; 1 s of the simulation takes 4 s.",
}

COLUMNS, STILLS = 3, 12
"""Of the film strip."""
FRAMES, PAUSE = 150, 80.0
"""Most frames of the movie, and how long each is shown [ms]."""
DEVIATION = "Deviation (SD of the area)"


@dataclass(frozen=True)
class Shown:
    """Rates of areas over time, and their scales."""

    areas: np.ndarray
    activity: Activity
    outlines: pd.DataFrame

    def rates(self, k: int) -> pd.Series:
        """Return the rate of each area in bin `k` [spikes/s]."""
        return pd.Series(self.activity.values[:, k], self.areas)

    def deviations(self, k: int) -> pd.Series:
        """Return the z-scored rate of each area in bin `k`."""
        return pd.Series(self.activity.z_scored[:, k], self.areas)

    def when(self, k: int) -> str:
        """Return the time of the start of bin `k` as text."""
        return f"{(self.activity.start + k * self.activity.width) / 1000:.2f} s"


@styled
def plot(
    *,
    area_map: pd.DataFrame,
    rate_histograms: Arrays,
    parameters: AnalysisParameters,
    context: Context,
) -> Figure:
    """Draw `rate_histograms` on an `area_map`; `parameters`, `context`: see `multiarea.figures`."""
    activity = in_bins(rate_histograms["area_rate"], rate_histograms["time"])
    shown = Shown(rate_histograms["area"], activity, area_map)
    figure = _strip(shown, context)
    figure.movie = _movie(shown, context)
    return figure


def _strip(shown: Shown, context: Context) -> Figure:
    """Draw consecutive bins around the one with the highest mean over areas."""
    n_bins = shown.activity.values.shape[1]
    n = min(STILLS, n_bins)
    peak = int(shown.activity.values.mean(axis=0).argmax())
    first = int(np.clip(peak - n // 2, 0, n_bins - n))
    step = WIDTH / COLUMNS
    width = step - 4
    height = height_of(width, shown.outlines)
    figure = new_figure(WIDTH, -(-n // COLUMNS) * (height + 7) + 12, context)
    norm = deviation_norm(shown.activity)
    drawn = []
    for k in range(n):
        row, column = divmod(k, COLUMNS)
        corner = 2 + column * step, 5 + row * (height + 7)
        drawn.append(BrainMap(figure, corner, width, shown.outlines))
        heading(drawn[-1].axes, "", shown.when(first + k), lift=1)
        image = drawn[-1].show(shown.deviations(first + k), norm, palette.DIVERGING)
    image = with_ends(image, shown.activity.z_scored)
    colour_bar(drawn[-1].axes, image, DEVIATION, gap=3, below=True)
    return figure


def _movie(shown: Shown, context: Context) -> Movie:
    n_bins = shown.activity.values.shape[1]
    first = max(0, n_bins - FRAMES)
    width = WIDTH / 2 - 6
    height = height_of(width, shown.outlines)
    figure = new_figure(WIDTH, 9 + height + 13, context)
    rate, deviation = (
        BrainMap(figure, (3 + column * WIDTH / 2, 9), width, shown.outlines) for column in (0, 1)
    )
    norms = norm_of(shown.activity.values), deviation_norm(shown.activity)
    time = figure.text(0.02, 1 - 4 / size_mm(figure)[1], "", va="center", fontsize=9)

    def show(k: int) -> None:
        rate.show(shown.rates(first + k), norms[0], palette.SEQUENTIAL)
        deviation.show(shown.deviations(first + k), norms[1], palette.DIVERGING)
        time.set_text(shown.when(first + k))

    label = f"Rate (spikes/s{scale_of(norms[0])})"
    image = ScalarMappable(norms[0], palette.SEQUENTIAL)
    colour_bar(rate.axes, with_ends(image, shown.activity.values), label, below=True)
    image = ScalarMappable(norms[1], palette.DIVERGING)
    colour_bar(deviation.axes, with_ends(image, shown.activity.z_scored), DEVIATION, below=True)
    changing = (*rate.axes.collections, *deviation.axes.collections, time)
    cmaps = palette.SEQUENTIAL, palette.DIVERGING
    return Movie(figure, show, changing, min(FRAMES, n_bins), PAUSE, cmaps)
