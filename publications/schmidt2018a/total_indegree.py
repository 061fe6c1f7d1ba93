"""Synapses per neuron of each area, by origin."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, place
from multiarea.network.network import Network
from publications.drawn_from import Paper
from publications.shared.layout import titled

FIGURE = {
    "title": "Synapses per neuron",
    "published": "Schmidt et al. 2018a, Fig. 3B (A is a drawing)",
    "needs": ("base_network",),
    "caption": "Full-scale network of experiments/full_scale/macaque_base.py, no simulation. Mean "
    "number of synapses per neuron of each area, areas by falling neuron density: from the 1 mm2 "
    "that is modelled (type I), from other areas (type III), and what is not modelled, the rest "
    "of the own area (type II) included. Line: mean over areas. The density of synapses is the "
    "same everywhere, so that neurons of less dense areas receive more.",
}

ORIGINS = {
    "own 1 mm² (type I)": palette.BLUE,
    "other areas (type III)": palette.ORANGE,
    "not modelled": palette.GREY,
}


def plot(paper: Paper) -> Figure:
    """Draw stacked bars."""
    degrees = indegrees(paper["base_network"])
    figure = titled(66, "Macaque model at full scale, base network; structure only")
    axes = place(figure, (16, 10), (160, 44))
    heading(axes, "B")
    low = np.zeros(len(degrees))
    for name, colour in ORIGINS.items():
        axes.bar(range(len(low)), degrees[name], 0.75, low, color=colour, label=name)
        low = low + degrees[name].to_numpy()
    mean = low.mean()
    axes.axhline(mean, color="black", lw=0.8, ls="--", label=f"mean over areas, {mean:.0f}")
    axes.set_xticks(range(len(low)), degrees.index, rotation=90)
    axes.set_xlim(-0.7, len(low) - 0.3)
    axes.set_ylim(0, low.max() * 1.16)
    axes.tick_params(axis="x", length=0)
    axes.set_ylabel("Synapses per neuron")
    axes.legend(loc="upper left", ncols=4)
    return figure


def indegrees(network: Network) -> pd.DataFrame:
    """Return synapses per neuron by origin, areas by falling density."""
    areas = network.areas["neuron_density_per_mm3"].sort_values(ascending=False).index
    counts = pd.DataFrame(
        {
            "area": network.area_of,
            "own 1 mm² (type I)": (network.synapses * ~network.is_between_areas).sum(axis=1),
            "other areas (type III)": (network.synapses * network.is_between_areas).sum(axis=1),
            "not modelled": network.populations["n_synapses_external"].to_numpy(),
            "neurons": network.n_neurons,
        }
    )
    total = counts.groupby("area", sort=False).sum().loc[list(areas)]
    return total.drop(columns="neurons").div(total["neurons"], axis=0)
