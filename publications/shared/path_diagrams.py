"""Drawing kind: the populations that the strongest paths between macaque areas go through."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, heading, place
from multiarea.models.macaque import AREAS, LAYERS
from multiarea.models.macaque.build import Anatomy
from multiarea.models.macaque.laminar_patterns import connection_class
from multiarea.network.network import Network
from publications.shared.laminar_paths import crossings
from publications.shared.populations import NAMES

SHOWN = 0.03
"""Shares below this are not drawn."""
WIDE, TALL = 0.09, 0.6
"""Half the width of a label, and its height, in parts of a diagram's width and in rows."""
LABEL = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}
BY_SLN = {"feedforward": palette.BLUE, "lateral": palette.GREEN, "feedback": palette.ORANGE}
BY_TYPE = {
    "to lower type": palette.SKY,
    "same type": palette.YELLOW,
    "to higher type": palette.PURPLE,
}


def draw_paths(figure: Figure, paths: pd.DataFrame, network: Network, anatomy: Anatomy) -> None:
    """Draw six diagrams of the ends of paths, and a bar chart of the areas in between.

    Parameters
    ----------
    figure : Figure
        180 mm wide and 160 mm high.
    paths : DataFrame
        See `publications.shared.laminar_paths.area_paths`.
    network : Network
    anatomy : Anatomy
        SLN and architectural types of the areas.
    """
    direct = with_classes(paths, anatomy)
    kind_of = population_kinds(network)
    for row, (column, colours) in enumerate((("by_sln", BY_SLN), ("by_type", BY_TYPE))):
        for n, (name, colour) in enumerate(colours.items()):
            axes = place(figure, (16 + 58 * n, 12 + 50 * row), (36, 38))
            chosen = direct[direct[column] == name]
            heading(axes, "AB"[row] if n == 0 else "", f"{name}, n = {len(chosen)}")
            _diagram(axes, end_shares(chosen, kind_of), colour)
    axes = place(figure, (16, 116), (96, 32))
    heading(axes, "C", "Areas in between")
    _between(axes, passages(paths, network))


def with_classes(paths: pd.DataFrame, anatomy: Anatomy) -> pd.DataFrame:
    """Return those of `paths` that join areas connected in `anatomy`, with by_sln and by_type."""
    at = {name: paths[name].map(AREAS.index) for name in ("target", "source")}
    direct = paths[anatomy.areas.exists.to_numpy()[at["target"], at["source"]]]
    sln = anatomy.sln[at["target"], at["source"]][direct.index]
    change = direct["target"].map(anatomy.cyto.types) - direct["source"].map(anatomy.cyto.types)
    names = {-1: "to lower type", 0: "same type", 1: "to higher type"}
    return direct.assign(
        by_sln=list(map(connection_class, sln)), by_type=np.sign(change).map(names)
    )


def population_kinds(network: Network) -> np.ndarray:
    """Return the position in `NAMES` of each population, (P,)."""
    index = network.populations.index
    layer = [LAYERS.index(name) for name in index.get_level_values("layer")]
    return 2 * np.array(layer) + (index.get_level_values("population") == "I")


def end_shares(paths: pd.DataFrame, kind_of: np.ndarray) -> np.ndarray:
    """Return the share of `paths` between each two kinds, (8, 8) [end, start].

    `kind_of`: see `population_kinds`.
    """
    shares = np.zeros((len(NAMES), len(NAMES)))
    for path in paths["path"]:
        shares[kind_of[path[-1]], kind_of[path[0]]] += 1 / len(paths)
    return shares


def passages(paths: pd.DataFrame, network: Network) -> np.ndarray:
    """Return how often `paths` enter and leave intermediate areas of `network`, (2, 8) of int."""
    kind_of, area_of = population_kinds(network), network.area_of
    counts = np.zeros((2, len(NAMES)), dtype=int)
    for path in paths["path"]:
        links = crossings(path, area_of)
        for (_, entry), (leave, _) in zip(links[:-1], links[1:], strict=True):
            counts[0, kind_of[entry]] += 1
            counts[1, kind_of[leave]] += 1
    return counts


def _diagram(axes: Axes, shares: np.ndarray, colour: str) -> None:
    lines = [(int(start), int(end)) for end, start in np.argwhere(shares >= SHOWN)]
    for (start, end), position in zip(lines, label_places(lines), strict=True):
        share = shares[end, start]
        style = {"lw": 7 * share + 0.4, "alpha": 0.85, "solid_capstyle": "butt"}
        axes.plot((0, 1), (start, end), color=colour, **style)
        text = f"{100 * share:.0f} %"
        axes.text(*position, text, fontsize=SMALL, ha="center", va="center", bbox=LABEL)
    for side in (0, 1):
        axes.plot(np.full(len(NAMES), side), range(len(NAMES)), "o", color="black")
    axes.set_yticks(range(len(NAMES)), NAMES)
    axes.set_xticks((0, 1), ("source", "target"))
    axes.set_ylim(len(NAMES) - 0.5, -0.5)
    axes.set_xlim(-0.08, 1.08)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def label_places(lines: list[tuple[int, int]]) -> list[tuple[float, float]]:
    """Return where the label of each of `lines`, (start, end) from x = 0 to 1, goes: (x, y).

    A label lies on its line, away from crossings with other lines, and from the other labels.
    """
    x = np.linspace(0.12, 0.88, 77)
    taken: list[tuple[float, float]] = []
    for line in lines:
        y = _height(line, x)
        room = np.full(len(x), TALL)
        for other in lines:
            if other != line:
                sides = [_height(other, x + side) - y for side in (-WIDE, WIDE)]
                apart = np.abs(sides).min(axis=0) * (np.sign(sides[0]) == np.sign(sides[1]))
                room = np.minimum(room, apart)
        for place_x, place_y in taken:
            apart = np.maximum(np.abs(y - place_y), TALL / WIDE * np.abs(x - place_x) / 2)
            room = np.minimum(room, apart)
        best = int(np.argmax(room - 0.1 * np.abs(x - 0.5)))
        taken.append((float(x[best]), float(y[best])))
    return taken


def _height(line: tuple[int, int], x: np.ndarray) -> np.ndarray:
    return line[0] + x * (line[1] - line[0])


def _between(axes: Axes, counts: np.ndarray) -> None:
    x = np.arange(len(NAMES))
    for n, (name, colour) in enumerate((("enter", "#4D4D4D"), ("leave", "#B3B3B3"))):
        axes.bar(x + 0.4 * n - 0.2, counts[n] / counts[n].sum(), 0.38, color=colour, label=name)
    axes.set_xticks(x, NAMES)
    axes.set_ylabel("Share of passages")
    axes.set_ylim(0, 1)
    axes.legend(loc="upper right", title=f"{counts[0].sum()} passages", title_fontsize=SMALL)
