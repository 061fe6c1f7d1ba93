"""Connectivity of the model against what is known of cortex."""

from __future__ import annotations

import warnings

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, log_axis, place, plain, say
from multiarea.network.network import Network
from publications.drawn_from import Paper
from publications.pronold2024 import connectivity_statistics as statistics
from publications.pronold2024.inputs import Construction
from publications.shared.layout import titled

FIGURE = {
    "title": "Connectivity validation",
    "published": "Pronold et al. 2024, validation of the connectivity",
    "needs": ("base_network", "base_sources"),
    "caption": "Full-scale network of experiments/full_scale/base.py; no simulation enters. "
    "A: log10 of the number of synapses of all joined pairs of populations, and the normal "
    "distribution with their mean and standard deviation (by the Shapiro-Wilk test the numbers "
    "are not lognormal). "
    "B: synapses between areas against fibre length, least-squares line. "
    "C: synapses per source neuron onto each other area, at least 1, by direction: feedforward "
    "(FF, predicted SLN above 0.65) and feedback (FB, below 0.35). "
    "D: number of other areas that a population reaches with more than 100 synapses per neuron, "
    "where it reaches any. The published script counts a population's own area as a lateral "
    "target, and so has a mean of 2.465 for lateral connections.",
}

COLOURS = {"FF": palette.BLUE, "lateral": palette.GREEN, "FB": palette.ORANGE}
SIZE = (70.0, 44.0)
TITLES = (
    "Distribution of connection densities",
    "Exponential distance rule",
    "Out-degree by direction",
    "Number of target areas",
)


def plot(paper: Paper) -> Figure:
    """Draw the four panels."""
    network, steps = paper["base_network"], paper["base_sources"]
    direction = statistics.directions(steps.sln, steps.thresholds)
    figure = titled(128, "Human model at full scale, χ = 1; structure only")
    axes = [place(figure, (16 + 90 * (n % 2), 10 + 61 * (n // 2)), SIZE) for n in range(4)]
    _densities(axes[0], network)
    _distances(axes[1], network, steps)
    _degrees(axes[2], statistics.outdegrees_by_direction(network, direction))
    _targets(axes[3], statistics.targets_by_direction(network, direction))
    for letter, panel, title in zip("ABCD", axes, TITLES, strict=True):
        heading(panel, letter, title)
    return figure


def _densities(axes: Axes, network: Network) -> None:
    values = statistics.log_synapses(network)
    mean, sd = values.mean(), values.std()
    axes.hist(values, 25, density=True, lw=0.4, **palette.BARS)
    x = np.linspace(values.min(), values.max(), 200)
    normal = np.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * np.sqrt(2 * np.pi))
    axes.plot(x, normal, color="black", lw=0.9)
    axes.set_xlabel("log₁₀ synapses of a pair of populations")
    axes.set_ylabel("Density")
    text = f"mean {mean:.4f}\nsd {sd:.4f}\nn = {len(values)}\nShapiro–Wilk\np = {_shapiro(values)}"
    say(axes, text, left=True)


def _shapiro(values: np.ndarray) -> str:
    from scipy.stats import shapiro

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*p-value may not be accurate.*", UserWarning)
        mantissa, exponent = f"{shapiro(values).pvalue:.1e}".split("e")
    return f"{mantissa} × {plain(10.0 ** int(exponent))}"


def _distances(axes: Axes, network: Network, steps: Construction) -> None:
    rule = statistics.distance_rule(network, steps.speed)
    axes.plot(rule.length, rule.log10_synapses, "o", color=palette.BLUE, ms=1.8, mew=0)
    x = np.array([rule.length.min(), rule.length.max()])
    axes.plot(x, rule.intercept + rule.slope * x, color="black", lw=0.9)
    axes.set_xlabel("Fibre length (mm)")
    axes.set_ylabel("log₁₀ synapses of a pair of areas")
    slope = f"{rule.slope:.5f}".replace("-", "−")
    text = f"slope {slope} per mm\ndecay {rule.decay:.2f} mm\nn = {len(rule.length)}"
    say(axes, text)


def _degrees(axes: Axes, degrees: dict[str, np.ndarray]) -> None:
    shown = {name: degrees[name] for name in ("FF", "FB")}
    largest = max(values.max() for values in shown.values())
    axes.hist(
        list(shown.values()),
        np.arange(0, largest + 1000, 1000),
        color=[COLOURS[name] for name in shown],
        label=[f"{name}: mean {values.mean():.2f}" for name, values in shown.items()],
    )
    axes.set_yscale("log")
    axes.set_ylim(0.7, 500)
    log_axis(axes.yaxis, 0.7, 500)
    axes.set_xlabel("Synapses per source neuron and target area")
    axes.set_ylabel("Pairs of population and area")
    axes.legend(loc="upper right")


def _targets(axes: Axes, targets: dict[str, np.ndarray]) -> None:
    most = max(int(values.max()) for values in targets.values())
    axes.hist(
        list(targets.values()),
        np.arange(0.5, most + 2.5, 2),
        rwidth=0.9,
        color=[COLOURS[name] for name in targets],
        label=[f"{name}: mean {values.mean():.3f}" for name, values in targets.items()],
    )
    axes.set_xticks(np.arange(1.5, most + 1.5, 2), [f"{n}–{n + 1}" for n in range(1, most + 1, 2)])
    axes.tick_params(axis="x", length=0)
    axes.set_xlabel("Target areas of a population")
    axes.set_ylabel("Populations")
    axes.legend(loc="upper right")
