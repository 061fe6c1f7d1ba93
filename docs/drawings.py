"""Drawings of the documentation, made by the product's own code while the pages are built."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, FancyArrowPatch, FancyBboxPatch, Rectangle
from threadpoolctl import threadpool_limits

from multiarea.analysis.predicted_spectra import predicted_spectra
from multiarea.api.experiments import make_experiment
from multiarea.build.pipeline import build_network
from multiarea.experiment.finding import find_experiment
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, heading, house_style, log_axis, new_figure, place
from multiarea.models.human import AREAS
from multiarea.models.human.build import read_cytoarchitecture
from multiarea.models.human.connectivity import supragranular_fraction
from multiarea.theory import fixed_points, fixed_points_table, modes_at
from publications import reproduction

FULL_SCALE = "experiments/full_scale/base.py"
DIM = "#555555"
CHI = np.array([*np.arange(0, 2.1, 0.25), 2.1, 2.2, 2.3, 2.4, 2.5, 2.55, 2.6, 2.7, 2.85, 3])
SPECTRA = {
    "human_base": "pericalcarine",
    "macaque_chi_1": "V1",
    "microcircuit_procedural": "cortex",
}
"""Experiment -> area whose spectrum is drawn."""
STAGES = (
    ("experiment", "net_params\nsim_params\nana_params", "experiments/"),
    ("network", "neurons, synapses,\nweights, delays", "out/<net>/"),
    ("simulate", "spikes", "out/<net>/<sim>/"),
    ("analyse", "measures", "out/<net>/<sim>/<ana>/"),
    ("plot", "pictures", ".../plots/"),
)


def drawings() -> dict[str, str]:
    """Return the drawings as SVG by their names below docs/images/."""
    with house_style(), threadpool_limits(1, "blas"):
        return {f"images/{name}.svg": _svg(make()) for name, make in DRAWINGS.items()}


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


# ---------------------------------------------------------------------------------- the pipeline


def pipeline() -> Figure:
    """Draw the stages, what each makes, and where."""
    figure = new_figure(180, 44)
    axes = _sheet(figure, 180, 44)
    for n, (name, makes, folder) in enumerate(STAGES):
        left = 1 + 37 * n
        _box(axes, (left, 22, 30, 16), palette.LIGHT[palette.BLUE])
        axes.text(left + 15, 34.5, name, ha="center", va="center", fontweight="bold")
        axes.text(left + 15, 27.5, makes, ha="center", va="center", fontsize=SMALL)
        axes.text(left + 15, 40.5, folder, ha="center", va="center", fontsize=SMALL, color=DIM)
        if n:
            _arrow(axes, (left - 7, 30), (left, 30))
    _box(axes, (38, 2, 30, 12), palette.LIGHT[palette.ORANGE])
    axes.text(53, 10, "theory", ha="center", va="center", fontweight="bold")
    axes.text(53, 5.5, "predicted rates", ha="center", va="center", fontsize=SMALL)
    _arrow(axes, (53, 22), (53, 14))
    _arrow(axes, (68, 8), (164, 22), "angle,angleA=0,angleB=90,rad=3")
    axes.text(116, 9, "compared with simulated rates", ha="center", fontsize=SMALL)
    return figure


# ----------------------------------------------------------------------------------- the network


def synapses() -> Figure:
    """Draw the column of an area, and the three kinds of synapses that its neurons receive."""
    figure = new_figure(150, 72)
    axes = _sheet(figure, 150, 72)
    axes.add_patch(Ellipse((46, 17), 84, 22, fc="#F5F5F5", ec=palette.GREY, lw=0.8))
    axes.text(8, 2.5, "area: disc of its whole surface", fontsize=SMALL, color=DIM)
    _column(axes, 46, 17)
    axes.add_patch(Ellipse((128, 17), 36, 13, fc="#F5F5F5", ec=palette.GREY, lw=0.8))
    _column(axes, 128, 17, narrow=True)
    axes.text(128, 66, "column of another area", ha="center", fontsize=SMALL, color=DIM)
    axes.text(46, 68, "column of 1 mm²: simulated", ha="center", fontsize=SMALL, color=DIM)
    kinds = (
        ((39, 32), (54, 44), "arc3,rad=-0.5", palette.GREEN),
        ((17, 20), (37, 40), "arc3,rad=-0.25", palette.GREY),
        ((121, 52), (56, 52), "arc3,rad=0.12", palette.PURPLE),
    )
    for start, stop, bend, colour in kinds:
        _arrow(axes, start, stop, bend, colour)
    axes.text(57, 38, "I  from the column itself", color="#006B4E")
    axes.text(2, 38, "II  from the area\naround the column:\nrandom input", va="center", color=DIM)
    axes.text(76, 48.5, "III  from other areas", color="#9C4A76")
    return figure


def _column(axes: Axes, x: float, y: float, narrow: bool = False) -> None:
    """Draw a column of four layers whose foot is at (`x`, `y`)."""
    width, height = (14, 44) if narrow else (20, 48)
    shades = ("#D6E6F2", "#E4EEF6", "#D6E6F2", "#E4EEF6")
    for n, (shade, layer) in enumerate(zip(shades, ("VI", "V", "IV", "II/III"), strict=True)):
        low = y + n * height / 4
        axes.add_patch(Rectangle((x - width / 2, low), width, height / 4, fc=shade, ec="none"))
        if not narrow:
            axes.text(x - width / 2 + 1, low + height / 8, layer, va="center", fontsize=SMALL)
    for at in (y, y + height):
        axes.add_patch(Ellipse((x, at), width, 5, fc=shades[0], ec=palette.BLUE, lw=0.8))
    for side in (-width / 2, width / 2):
        axes.plot([x + side] * 2, [y, y + height], color=palette.BLUE, lw=0.8)


def sln() -> Figure:
    """Draw how the ratio of densities decides where a connection starts and ends."""
    parameters = find_experiment(FULL_SCALE).network
    rules = parameters.predictive_connectomic_params
    cyto = read_cytoarchitecture(parameters)
    fraction = supragranular_fraction(cyto, rules.a0, rules.a1)
    log_density = np.log(cyto.neurons_per_thickness.to_numpy())
    ratio = log_density[:, None] - log_density[None, :]
    figure = new_figure(150, 60)
    axes = place(figure, (12, 8), (62, 42))
    network = build_network("human", parameters)
    connected = network.between_areas(network.synapses).loc[list(AREAS), list(AREAS)].to_numpy() > 0
    np.fill_diagonal(connected, False)
    colours = {"feedback": palette.ORANGE, "lateral": palette.GREY, "feedforward": palette.BLUE}
    edges = np.array([0, rules.SLN_FB, rules.SLN_FF, 1.0])
    for (name, colour), low, high in zip(colours.items(), edges[:-1], edges[1:], strict=True):
        chosen = connected & (fraction >= low) & (fraction <= high)
        label = f"{name}: {chosen.sum()}"
        axes.plot(ratio[chosen], fraction[chosen], ".", ms=2.5, color=colour, label=label)
    for edge in edges[1:-1]:
        axes.axhline(edge, color=palette.BLACK, lw=0.5, ls=":")
    axes.set_xlabel("ln(density of target area / density of source area)")
    axes.set_ylabel("SLN: share of neurons in II/III")
    axes.set_ylim(0, 1)
    axes.legend(loc="upper right", title="connected pairs of areas")
    heading(axes, "A", "Where a connection starts")
    right = place(figure, (84, 8), (62, 42))
    heading(right, "B", "Where it ends")
    _terminations(right, colours)
    return figure


def _terminations(axes: Axes, colours: dict[str, str]) -> None:
    """Draw the layers of a source and a target for each kind of connection."""
    axes.set_xlim(0, 62)
    axes.set_ylim(-3, 40)
    axes.axis("off")
    layers = ("VI", "V", "IV", "II/III", "I")
    starts = {"feedforward": (3,), "lateral": (3, 1, 0), "feedback": (1, 0)}
    ends = {"feedforward": (2,), "lateral": (4, 3, 2, 1, 0), "feedback": (4, 3, 1, 0)}
    for n, name in enumerate(("feedforward", "lateral", "feedback")):
        left = 8 + 18.5 * n
        for k, layer in enumerate(layers):
            low = 2 + 6.6 * k
            for column, rows in ((left, starts[name]), (left + 8, ends[name])):
                colour = colours[name] if k in rows else "#F0F0F0"
                axes.add_patch(Rectangle((column, low), 5.4, 5.8, fc=colour, ec="white"))
            if n == 0:
                axes.text(6.5, low + 2.9, layer, ha="right", va="center", fontsize=SMALL)
        _arrow(axes, (left + 5.6, 18), (left + 7.9, 18))
        axes.text(left + 6.7, 37, name, ha="center", color=colours[name])
        axes.text(left + 6.7, -2.5, "from   to", ha="center", fontsize=SMALL)


# ------------------------------------------------------------------------------------ its states


def states() -> Figure:
    """Draw mean rate and largest eigenvalue of every stable state against chi."""
    figure = new_figure(180, 66)
    points = np.array(list(_stable_states()))
    axes = place(figure, (13, 5), (62, 50))
    axes.plot(points[:, 0], points[:, 1], ".", color=palette.BLUE, label="theory:\nstable states")
    simulated = [
        (chi, facts["mean_rate_spikes_per_s"])
        for chi, facts, _ in reproduction.scales()
        if facts["N_scaling"] == facts["K_scaling"] == 1
    ]
    label = "simulated\nat full scale"
    axes.plot(*np.transpose(simulated), "D", ms=4.5, mfc="none", color=palette.BLACK, label=label)
    axes.set_yscale("log")
    log_axis(axes.yaxis, 0.2, 50)
    axes.set_ylim(0.2, 50)
    axes.set_ylabel("Mean rate of neurons (spikes/s)")
    axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1))
    heading(axes, "A", "States")
    other = place(figure, (115, 5), (62, 50))
    is_low = points[:, 1] < 2
    for chosen, colour, label in (
        (is_low, palette.BLUE, "low state"),
        (~is_low, palette.ORANGE, "high states"),
    ):
        other.plot(points[chosen, 0], points[chosen, 2], ".", color=colour, label=label)
    other.axhline(1, color=palette.BLACK, lw=0.5, ls=":")
    other.set_ylim(0, 1.1)
    other.set_ylabel("Largest real part of an eigenvalue")
    other.legend(loc="center left")
    heading(other, "B", "Their stability")
    for one in (axes, other):
        one.set_xlabel("χ, factor on synapses between areas")
    return figure


def _stable_states() -> Iterator[tuple[float, float, float]]:
    """Yield chi, mean rate of neurons [spikes/s] and largest eigenvalue of each stable state."""
    for chi in CHI:
        network = build_network("human", make_experiment({"chi": float(chi)}).network)
        found = fixed_points(network, n_random=5)
        for rates in found.rates[found.stable]:
            mean = float(np.average(rates, weights=network.n_neurons))
            yield float(chi), mean, modes_at(network, rates).largest_real_part


def spectra() -> Figure:
    """Draw the power spectrum of an area of each model, simulated at full scale and predicted."""
    figure = new_figure(180, 60)
    for n, (name, area) in enumerate(SPECTRA.items()):
        experiment = find_experiment(name)
        network = build_network(experiment.model, experiment.network)
        folder = reproduction.summaries()[name]
        predicted = predicted_spectra(
            network=network,
            theory=fixed_points_table(network, fixed_points(network, n_random=5).rates),
            rates=reproduction.table(folder, "rates"),
            parameters=experiment.analysis,
        )
        axes = place(figure, (14 + 57 * n, 5), (47, 44))
        simulated = reproduction.table(folder, "power_spectra")
        for found, colour, label in (
            (simulated, palette.BLUE, "simulated"),
            (predicted, palette.ORANGE, "predicted"),
        ):
            power = found["power"][list(found["area"]).index(area)]
            axes.loglog(found["frequency"], power, color=colour, label=label, lw=1)
        axes.set_xlim(1, 500)
        log_axis(axes.xaxis, 1, 500)
        axes.set_xlabel("Frequency (Hz)")
        heading(axes, "ABC"[n], f"{experiment.model}, {area}")
    figure.axes[0].set_ylabel("Power spectral density ((spikes/s)²/Hz)")
    figure.axes[0].legend(loc="lower right")
    return figure


# ------------------------------------------------------------------------------------- internals


def _sheet(figure: Figure, width: float, height: float) -> Axes:
    """Return axes that cover `figure`, in mm from its lower left corner."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")
    return axes


def _box(axes: Axes, box: tuple[float, float, float, float], colour: str) -> None:
    left, low, width, height = box
    style = "round,pad=0,rounding_size=1.5"
    axes.add_patch(FancyBboxPatch((left, low), width, height, style, fc=colour, ec="none"))


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    stop: tuple[float, float],
    bend: str = "arc3",
    colour: str = palette.BLACK,
) -> None:
    options = {"arrowstyle": "-|>", "mutation_scale": 7, "color": colour, "lw": 1.1}
    axes.add_patch(
        FancyArrowPatch(start, stop, connectionstyle=bend, shrinkA=0, shrinkB=0, **options)
    )


DRAWINGS: dict[str, Callable[[], Figure]] = {
    "pipeline": pipeline,
    "synapses": synapses,
    "sln": sln,
    "states": states,
    "spectra": spectra,
}
"""Name below docs/images/ -> what draws it."""
