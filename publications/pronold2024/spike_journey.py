"""How one extra spike travels, against the shortest delays."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, heading, place, say, widest
from multiarea.figures.kinds.labels import full
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix
from multiarea.network.network import LEVELS, Network
from multiarea.spikes.differences import first_differences
from publications.drawn_from import Paper, Run
from publications.pronold2024.paths import first_per_area, path_delays, path_steps
from publications.pronold2024.samples import BASE_COLOUR, BEST_FIT_COLOUR
from publications.shared.layout import titled

FIGURE = {
    "title": "Spike journey",
    "published": "Pronold et al. 2024, Fig. 7",
    "needs": ("base_network",),
    "runs": ("pairs",),
    "results": ("spikes",),
    "summary": ("first_differences",),
    "not_of_summaries": ("spikes",),
    "panels": {"pairs@1": "A, and symbols in C", "pairs@2.5": "B, and symbols in C"},
    "of_runs": {
        "pairs": "A, B: populations against time after one extra spike into pericalcarine IV E, in "
        "steps of 0.5 ms: from the step on in which a population's spikes first differ between the "
        "runs without and with it, the colour is the shortest path delay from that population; "
        "base state and best fit, pairs of runs named below. Symbols in C: first difference of "
        "each area in these pairs; n areas differ within 100 ms."
    },
    "caption": "C: shortest delay from pericalcarine IV E to each area (bars), by Dijkstra's "
    "algorithm on mean delays. D: fewest synapses between all pairs of different populations. "
    "E: shortest path delays between all pairs of populations. The paths in C, D and E are those "
    "of the full-scale network of experiments/full_scale/base.py; its delays do not depend on χ.",
}

SOURCE = ("pericalcarine", "IV", "E")
SPAN, STEP = 100.0, 0.5
"""Time after the spike, and its steps [ms]."""
STATES = {
    1.0: ("base state, χ = 1", BASE_COLOUR, "o"),
    2.5: ("best fit, χ = 2.5", BEST_FIT_COLOUR, "s"),
}


def plot(paper: Paper) -> Figure:
    """Draw the five panels."""
    network = paper["base_network"]
    delay = path_delays(network)[:, network.populations.index.get_loc(SOURCE)]
    theory = pd.Series(delay, network.populations.index)
    found = {pair[0].chi: (pair, differences(*pair)) for pair in pairs(paper.runs)}
    areas = first_per_area(delay, network.area_of).sort_values()
    drawn = {chi: found[chi] for chi in STATES if chi in found}
    high, below = 69 if drawn else 0, widest(map(full, areas.index))
    about = "Paths: full scale" + (". A, B and the symbols in C: simulations" if drawn else "")
    figure = titled(107 + high + below, about)
    for n, (chi, (pair, series)) in enumerate(drawn.items()):
        axes = place(figure, (14 + n * 82, 11), (68, 54))
        image = _journey(axes, series, theory)
        heading(axes, "AB"[list(STATES).index(chi)], f"{STATES[chi][0]}: {pair[0].scale}")
        if n == len(drawn) - 1:
            colour_bar(axes, image, "Path delay (ms)")
    lower = place(figure, (14, 11 + high), (160, 34))
    _arrival(lower, areas, {chi: series for chi, (_, series) in found.items()})
    heading(lower, "C", ("First difference" if drawn else "Shortest delay") + " in each area")
    _theory(figure, network, 57 + high + below)
    return figure


def pairs(runs: tuple[Run, ...]) -> list[tuple[Run, Run]]:
    """Return the pairs of runs without and with a spike into `SOURCE`, largest last."""
    runs = tuple(run for run in runs if run.facts["variant"] == "default")
    plain = [run for run in runs if not run.facts["single_spike"]]
    found = []
    for perturbed in runs:
        if [tuple(spike[:3]) for spike in perturbed.facts["single_spike"]] == [SOURCE]:
            same = ("pair", "t_sim", "seed", "is_summary")  # "pair": the network without the spike
            fits = [r for r in plain if all(r.facts[k] == perturbed.facts[k] for k in same)]
            found.extend((other, perturbed) for other in fits[:1])
    return sorted(found, key=lambda pair: pair[0].size)


def differences(plain: Run, perturbed: Run) -> pd.Series:
    """Return when populations of `plain` and `perturbed` first differ [ms after the spike]."""
    start = float(perturbed.facts["single_spike"][0][3])
    if perturbed.is_summary:
        found = perturbed.results["first_differences"]
        return found.where(found < SPAN)
    stop = min(start + SPAN, plain.results["spikes"].t_stop)
    return first_differences(plain.results["spikes"], perturbed.results["spikes"], (start, stop))


def _journey(axes: Axes, series: pd.Series, theory: pd.Series) -> ScalarMappable:
    order = theory.sort_values().index
    order = order[order.isin(series.index)]
    time = np.arange(0, SPAN, STEP)
    first = series.loc[order].to_numpy()[:, None]
    delay = theory.loc[order].to_numpy()[:, None]
    values = np.where(time[None, :] >= first, delay, np.nan)
    image = draw_matrix(axes, values, Normalize(0, float(theory.max())), palette.SEQUENTIAL)
    axes.set_xticks(np.arange(0, SPAN + 1, 20) / STEP - 0.5, [f"{t:g}" for t in range(0, 101, 20)])
    axes.set_yticks([])
    axes.set_xlabel("Time after the spike (ms)")
    axes.set_ylabel("Population, by path delay")
    return image


def _arrival(axes: Axes, areas: pd.Series, found: dict[float, pd.Series]) -> None:
    x = np.arange(len(areas))
    others = areas[areas.index != SOURCE[0]]
    label = f"shortest path: median area {areas.median():.1f}, last {others.max():.1f} ms"
    axes.plot(x, areas, "_", color=palette.BLACK, ms=7, mew=1.2, label=label)
    for chi, series in sorted(found.items()):
        first = first_per_area(series.to_numpy(), series.index.get_level_values(LEVELS[0]))
        first = first.reindex(areas.index)
        name, colour, marker = STATES.get(chi, (f"χ = {chi:g}", palette.GREEN, "D"))
        label = f"{name}: mean {first.mean():.1f}, sd {first.std():.1f} ms, n = {first.count()}"
        axes.plot(x, first, marker, color=colour, mfc="none", ms=3.2, label=label)
    axes.set_xticks(x, [full(area) for area in areas.index], rotation=90, fontsize=SMALL)
    axes.set_xlim(-0.8, len(x) - 0.2)
    axes.set_ylim(-1, (1.15 + 0.2 * len(found)) * axes.get_ylim()[1])
    axes.set_ylabel("Time after the spike (ms)")
    axes.legend(loc="upper left")


def _theory(figure: Figure, network: Network, top: float) -> None:
    steps, delay = path_steps(network), path_delays(network)
    left = place(figure, (14, top), (66, 36))
    counts = np.bincount(steps[~np.eye(len(steps), dtype=bool)].astype(int))[1:]
    bars = left.bar(np.arange(1, len(counts) + 1), counts, 0.7, **palette.BARS)
    left.bar_label(bars, [str(count) for count in counts], fontsize=SMALL)
    left.set_ylim(0, 1.12 * counts.max())
    left.set_xlabel("Shortest path (synapses)")
    left.set_ylabel("Pairs of populations")
    heading(left, "D", "Shortest paths between populations")
    right = place(figure, (106, top), (66, 36))
    right.hist(delay.ravel(), 40, lw=0.4, **palette.BARS)
    right.set_xlabel("Shortest path delay (ms)")
    right.set_ylabel("Pairs of populations")
    say(right, f"mean {delay.mean():.1f} ms\nmax {delay.max():.1f} ms")
    heading(right, "E", "Shortest delays between populations")
