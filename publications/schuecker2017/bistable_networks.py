"""Bistability, and stabilisation, of one and of two excitatory populations."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, place
from multiarea.network.network import Network
from multiarea.theory import firing_rates, fixed_points, mean_field, stationary_rates, with_indegree
from multiarea.theory.transfer import response
from publications.drawn_from import Paper
from publications.schuecker2017.separatrix import separatrix_of_two
from publications.schuecker2017.toy_networks import INDEGREE, excitatory_network
from publications.shared.layout import titled

FIGURE = {
    "title": "Bistable networks of one and of two populations",
    "published": "Schuecker et al. 2017, Fig. 2",
    "caption": "Mean-field theory of networks of excitatory neurons (in-degree 420 from the "
    "network and from outside, weights of 10 pA), no simulation: these networks have no other "
    "than their full size. A: rate that input at a rate evokes, for three external drives; "
    "circles: states, filled if stable. B: states over the drive; crosses: unstable; grey: the "
    "same with the in-degree changed so that the unstable state at the drive of 160 spikes/s is "
    "kept at 161 spikes/s. C: change of the rate at 160 spikes/s, at 161 spikes/s, and at 161 "
    "spikes/s with the changed in-degree. D: two populations at 160 spikes/s: flow, separatrix "
    "(black), and the lines on which one of the rates does not change.",
}

DRIVES = {150.0: palette.GREEN, 160.0: palette.BLUE, 170.0: palette.ORANGE}
BEFORE, AFTER = 160.0, 161.0
LIMIT = 60.0
"""End of the axes of rates [spikes/s]."""
FINE = 61
"""Points of the grid from which the lines without change are drawn, per axis."""


def plot(paper: Paper) -> Figure:
    """Draw one population above, two below."""
    figure = titled(122, "Mean-field theory of excitatory networks, full size")
    panels = [place(figure, (16 + 60 * n, 12), (42, 40)) for n in range(3)]
    _responses(panels[0])
    _states(panels[1])
    _flux(panels[2])
    below = place(figure, (16, 68), (60, 44))
    _phase_plane(below)
    return figure


def evoked(network: Network, rates: np.ndarray) -> np.ndarray:
    """Return phi of the one population of `network` for each of `rates`, (n,) [spikes/s]."""
    field = mean_field(network)
    mean, variance, per_time = field.recurrent[:, 0, 0, None] * rates + field.external[:, :1]
    return firing_rates(field, mean + field.dc, np.sqrt(variance), variance / per_time)


def states(network: Network, grid: np.ndarray) -> list[tuple[float, bool]]:
    """Return rate and stability of all states of `network`, one population, within a `grid`."""
    from scipy.optimize import brentq

    field = mean_field(network)

    def flux(rate: float) -> float:
        return float(response(field, np.array([rate]))[0] - rate)

    values = evoked(network, grid) - grid
    crossings = np.flatnonzero(np.sign(values[:-1]) != np.sign(values[1:]))
    return [(brentq(flux, grid[i], grid[i + 1]), bool(values[i] > 0)) for i in crossings]


def unstable_rate() -> float:
    """Return the rate of the unstable state before the drive changes [spikes/s]."""
    found = states(excitatory_network(BEFORE), np.linspace(0, 100, 401))
    return next(rate for rate, stable in found if not stable)


def stabilised_indegree() -> float:
    """Return the in-degree K - K_ext (change of the drive) / (rate of the unstable state)."""
    return INDEGREE * (1 - (AFTER - BEFORE) / unstable_rate())


def flow_on(pair: Network, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates of two populations on a square `grid`, and how fast they change.

    Both (2, n, n) [spikes/s]; `pair` is the network.
    """
    field = mean_field(pair)
    points = np.stack(np.meshgrid(grid, grid))
    flow = [response(field, point) - point for point in points.reshape(2, -1).T]
    return points, np.array(flow).T.reshape(points.shape)


def _responses(axes: Axes) -> None:
    rates = np.linspace(0, LIMIT, 121)
    heading(axes, "A", "one population")
    for drive, colour in DRIVES.items():
        network = excitatory_network(drive)
        axes.plot(rates, evoked(network, rates), color=colour, label=f"{drive:g}")
        for rate, stable in states(network, rates):
            face = colour if stable else "white"
            axes.plot(rate, rate, "o", ms=4, color=colour, mfc=face, clip_on=False, zorder=5)
    axes.plot(rates, rates, color=palette.GREY, lw=0.8, ls="--")
    axes.set_xlim(0, LIMIT)
    axes.set_ylim(0, LIMIT)
    axes.set_xlabel("Rate ν (spikes/s)")
    axes.set_ylabel("φ(ν) (spikes/s)")
    axes.legend(title="Drive (spikes/s)", loc="lower right")


def _states(axes: Axes) -> None:
    grid = np.linspace(0, 80, 321)
    drives = np.arange(150, 170.25, 0.5)
    for indegree, colour in ((stabilised_indegree(), palette.GREY), (INDEGREE, palette.BLACK)):
        for wanted, mark in ((True, "."), (False, "x")):
            found = [
                (drive, rate)
                for drive in drives
                for rate, stable in states(excitatory_network(drive, 1, indegree), grid)
                if stable == wanted
            ]
            axes.plot(*np.array(found).T, mark, ms=3, mew=0.7, color=colour)
    heading(axes, "B", "dots: stable, crosses: unstable")
    axes.set_xlabel("Drive (spikes/s)")
    axes.set_ylabel("Rate (spikes/s)")
    axes.set_ylim(0, LIMIT)


def _flux(axes: Axes) -> None:
    rates = np.linspace(0, LIMIT, 241)
    high = excitatory_network(AFTER)
    changed = with_indegree(high, np.array([[stabilised_indegree()]]))
    cases = (
        (excitatory_network(BEFORE), palette.BLUE, "160"),
        (high, palette.PURPLE, "161"),
        (changed, palette.BLACK, "161, changed"),
    )
    for network, colour, label in cases:
        axes.plot(rates, evoked(network, rates) - rates, color=colour, label=label)
    axes.axhline(0, color=palette.GREY, lw=0.6)
    axes.set_xlim(0, LIMIT)
    axes.set_ylim(-8, 12)
    axes.set_xlabel("Rate ν (spikes/s)")
    axes.set_ylabel("φ(ν) − ν (spikes/s)")
    axes.legend(title="Drive (spikes/s)", loc="upper right")
    heading(axes, "C", "flux")


def _phase_plane(axes: Axes) -> None:
    pair = excitatory_network(BEFORE, 2)
    points, flow = flow_on(pair, np.linspace(1, LIMIT - 1, 21))
    length = np.maximum(np.linalg.norm(flow, axis=0), 1e-9)
    axes.quiver(*points, *(flow / length), color=palette.GREY, scale=32, width=0.003)
    points, flow = flow_on(pair, np.linspace(0, LIMIT, FINE))
    for part, colour in enumerate((palette.SKY, palette.YELLOW)):
        axes.contour(*points, flow[part], levels=[0.0], colors=[colour], linewidths=0.9)
        axes.plot([], [], color=colour, label=f"rate {part + 1} does not change")
    unstable = unstable_rate()
    line = separatrix_of_two(pair, np.full(2, unstable), LIMIT)
    axes.plot(*line.T, color=palette.BLACK, label="separatrix")
    high = stationary_rates(pair, np.full(2, 50.0)).rates
    for point in (*fixed_points(pair, n_random=0).rates, high):
        axes.plot(*point, "o", ms=4, color=palette.BLACK, clip_on=False, zorder=5)
    axes.plot(unstable, unstable, "o", ms=4, color=palette.BLACK, mfc="white", zorder=5)
    axes.set_xlim(0, LIMIT)
    axes.set_ylim(0, LIMIT)
    axes.set_xlabel("Rate of population 1 (spikes/s)")
    axes.set_ylabel("Rate of population 2 (spikes/s)")
    axes.legend(loc="upper left", bbox_to_anchor=(1.05, 1))
    heading(axes, "D", "two populations")
