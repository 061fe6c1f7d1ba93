"""Power spectra of the rates of all areas."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, Context, log_axis, note, styled, write
from multiarea.figures.kinds.panels import area_grid, label_outer
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("power_spectra",),
    "extras": ("predicted_spectra",),
    "uses": ("plotAllFiringRatesSummary",),
    "caption": "Power spectral density of the firing rate of each area: of the simulation (Welch's "
    "method), and as the linear response of the mean-field theory predicts it without any fit.",
}


@styled
def plot(
    *,
    power_spectra: Arrays,
    parameters: AnalysisParameters,
    context: Context,
    predicted_spectra: Arrays | None = None,
) -> Figure:
    """Draw `power_spectra` and `predicted_spectra`, a panel per area.

    `parameters`, `context`: see `multiarea.figures`.
    """
    frequency = power_spectra["frequency"]
    power = power_spectra["power"]
    shown = frequency > 0
    grid = area_grid(power_spectra["area"], parameters.plotAllFiringRatesSummary.num_col, context)
    positive = power[:, shown][power[:, shown] > 0]
    low, high = (np.quantile(positive, 0.002), positive.max()) if len(positive) else (0.1, 1)
    means = [log_means(frequency[shown], row[shown])[1] for row in power]
    low = min((low, *(mean for row in means for mean in row if mean > 0)))
    span = (frequency[shown][0], frequency[-1]) if shown.sum() > 1 else (1.0, 10.0)
    predicted = _by_area(predicted_spectra) if predicted_spectra else {}
    for axes, area, values in zip(grid.axes, power_spectra["area"], power, strict=True):
        axes.set(xscale="log", yscale="log", xlim=span, ylim=(low / 2, 2 * high))
        log_axis(axes.xaxis, *span)
        log_axis(axes.yaxis, low / 2, 2 * high)
        if (values[shown] > 0).any():
            axes.plot(frequency[shown], values[shown], color=palette.LIGHT[palette.BLUE], lw=0.4)
            axes.plot(*log_means(frequency[shown], values[shown]), color=palette.BLUE, lw=0.8)
        else:
            note(axes, "the rate is constant")
        if area in predicted:
            axes.plot(*predicted[area], color=palette.ORANGE, lw=0.8)
    label_outer(grid, "Frequency (Hz)", "Power spectral density ((spikes/s)²/Hz)")
    text = "Light: all frequencies, dark: mean over 1/10 decades"
    if predicted:
        text += ", orange: predicted by theory"
    write(grid.figure, (2, 1), text, fontsize=SMALL)
    return grid.figure


def _by_area(spectra: Arrays) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return frequencies and power by area."""
    areas = map(str, spectra["area"])
    return {
        area: (spectra["frequency"], row) for area, row in zip(areas, spectra["power"], strict=True)
    }


def log_means(frequency: np.ndarray, power: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the means of `frequency` and `power` in each tenth of a decade."""
    group = np.floor(10 * np.log10(frequency) + 1e-9).astype(int)
    group -= group[0]
    n = np.bincount(group)
    used = n > 0
    means = (np.bincount(group, values)[used] / n[used] for values in (frequency, power))
    return tuple(means)
