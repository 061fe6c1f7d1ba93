"""Which layers and populations the connections between areas leave from and end on.

Schmidt et al. 2018, Brain Struct Funct 223:1409, "Cortico-cortical connectivity": CoCoMac where
it gives a pattern, else SLN; layers of synapses to cell bodies with Binzegger et al. 2004.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from multiarea.models.macaque import AREAS, LAYERS, POPULATIONS
from multiarea.models.macaque.cytoarchitecture import ALL_LAYERS, Cytoarchitecture
from multiarea.models.macaque.tables import Tables

FEEDBACK, LATERAL = 0.35, 0.65
"""SLN below which a connection is feedback, and up to which it is lateral."""
LAYER_OF_DIGIT = np.array([0, 1, 1, 2, 3, 4])
"""Layers 1 to 6 of a pattern -> index in `ALL_LAYERS`."""
EXPECTED = {
    "feedforward": np.array([0, 0, 0, 1, 0, 0], bool),
    "feedback": np.array([1, 1, 1, 0, 1, 1], bool),
    "lateral": np.ones(6, bool),
}
"""Layers 1 to 6 in which connections end."""
LAYER_1_SHARE = 0.5
"""Share of synapses in layer I, if a connection ends there."""
UNKNOWN = -1
P_23E, P_4E, P_5E, P_6E = 0, 2, 4, 6
"""`LAYERS` x `POPULATIONS`."""


class Pattern(NamedTuple):
    """Patterns of CoCoMac, "" where unknown."""

    source: str = ""
    target: str = ""


class Rules(NamedTuple):
    """What all connections between areas share."""

    cell_body: np.ndarray
    """See `cell_body_probability`."""
    excitatory_feedback: float
    """Share of feedback synapses that end on excitatory neurons."""
    as_published: bool = True


def connection_class(sln: float) -> str:
    """Return the class of a connection: "feedback", "lateral" or "feedforward"."""
    if sln < FEEDBACK:
        return "feedback"
    return "lateral" if sln <= LATERAL else "feedforward"


def known_patterns(tables: Tables) -> dict[tuple[str, str], Pattern]:
    """Return the patterns of CoCoMac by (target, source)."""
    return {
        (row.target, row.source): Pattern(row.source_pattern, row.target_pattern)
        for row in tables.cocomac.itertuples()
    }


def source_shares(
    sln: float, pattern: str, neurons: np.ndarray, as_published: bool = True
) -> np.ndarray:
    """Return the share of a connection's synapses that each population sends, (8,).

    It follows from `sln` and `pattern` (6 characters) or, without a pattern, the `neurons` of the
    source area, (8,). An unknown layer of a pattern sends 10^-1 if `as_published`, else it counts
    as X.
    """
    share = np.zeros(8)
    if not pattern:
        infragranular = neurons[[P_5E, P_6E]]
        share[[P_23E, P_5E, P_6E]] = sln, *((1 - sln) * infragranular / infragranular.sum())
        return share
    digits = _digits(pattern, UNKNOWN if as_published else 2)
    if pattern[0] == "?":
        digits[0] = 0
    above, below = digits[:3] != 0, digits[4:] != 0
    if not above.any():
        sln = 0.0
    elif not below.any():
        sln = 1.0
    strength = np.where(below, 10.0 ** digits[4:], 0.0)
    share[P_23E] = sln
    if below.any():
        share[[P_5E, P_6E]] = (1 - sln) * strength / strength.sum()
    return share


def target_shares(
    sln: float, pattern: str, thickness: np.ndarray, as_published: bool = True
) -> np.ndarray:
    """Return the share of a connection's synapses in each layer of the target, (5,).

    It follows from `pattern` (6 characters) or, without one, from the class of `sln` and the
    `thickness` of `ALL_LAYERS`, (5,) [mm]. The digits of a pattern are orders of magnitude of
    numbers if `as_published`, else of densities.
    """
    expected = EXPECTED[connection_class(sln)]
    if pattern:
        digits = _digits(pattern, UNKNOWN)
        digits = np.where((digits == UNKNOWN) & expected, 2, digits)
        strength = np.where(digits > 0, 10.0**digits, 0.0)
        share = np.bincount(LAYER_OF_DIGIT, strength, len(ALL_LAYERS))
        if not as_published:
            share = share * thickness
    else:
        share = np.where(np.bincount(LAYER_OF_DIGIT, expected) > 0, thickness, 0.0)
        if expected[0]:
            share[0] = 0.0
            share *= (1 - LAYER_1_SHARE) / share.sum()
            share[0] = LAYER_1_SHARE
            return share
    return share / share.sum() if share.any() else share


def _digits(pattern: str, unknown: int) -> np.ndarray:
    return np.array([int({"X": 2, "?": unknown}.get(c, c)) for c in pattern])


def cell_body_probability(
    cell_types: pd.DataFrame, neurons: np.ndarray, ss4_in_layer_4: bool = False
) -> np.ndarray:
    """Return P(population of the cell body | layer of the synapse), (8, 5).

    From `cell_types` (`multiarea.data.macaque.read_cell_types`) and the `neurons` of V1 in the
    model, (8,). If `ss4_in_layer_4`, "ss4(L2/3)" has its dendrites where its cell bodies are, else
    in layer II/III, where its axons go.
    """
    rows = cell_types.assign(
        population=[_population(name) for name in cell_types["cell_type"]],
        layer=[
            _dendritic_layer(row.cell_type, row.dendritic_layer, ss4_in_layer_4)
            for row in cell_types.itertuples()
        ],
    )
    rows = rows[rows["population"] >= 0]
    types = rows.drop_duplicates("cell_type")
    in_data = np.bincount(types["population"], types["percent_of_cells"], 8)
    frequency = in_data / in_data.sum()
    in_model = neurons / neurons.sum()
    synapses = (
        1e-4
        * rows["percent_corticocortical"]
        * rows["synapses_per_neuron"]
        * rows["percent_of_cells"]
        * (in_model / frequency)[rows["population"]]
    )
    result = np.zeros((8, len(ALL_LAYERS)))
    np.add.at(result, (rows["population"].to_numpy(), rows["layer"].to_numpy()), synapses)
    return result / result.sum(axis=0)


def _population(cell_type: str) -> int:
    """Return the index of a cell type's population, negative for layer I."""
    name = cell_type.partition("(")[0]
    return len(POPULATIONS) * (_layer(name) - 1) + int("b" in name)


def _dendritic_layer(cell_type: str, dendritic_layer: str, ss4_in_layer_4: bool) -> int:
    outside, _, inside = cell_type.partition("(")
    return _layer(dendritic_layer or (outside if ss4_in_layer_4 or not inside else inside))


def _layer(name: str) -> int:
    """Return the index in `ALL_LAYERS` of the layer in a name."""
    return ("1", "2/3", "4", "5", "6").index(re.sub(r"[^0-9/]", "", name))


def without_missing_layer(probability: np.ndarray, thickness: np.ndarray) -> np.ndarray:
    """Move the cell bodies of a layer IV that an area lacks to its other layers.

    `probability` is that of `cell_body_probability`, (8, 5). The others get shares in proportion
    to the `thickness` of II/III, V and VI, given as (5,) with layer I [mm].
    """
    layer_4 = LAYERS.index("IV")
    weights = np.where(np.arange(len(LAYERS)) == layer_4, 0.0, thickness[1:])
    by_layer = probability.reshape(len(LAYERS), len(POPULATIONS), -1)
    moved = by_layer + (weights / weights.sum())[:, None, None] * by_layer[layer_4]
    moved[layer_4] = 0.0
    return moved.reshape(probability.shape)


def cortico_cortical_synapses(
    cyto: Cytoarchitecture,
    numbers: np.ndarray,
    sln: np.ndarray,
    patterns: Mapping[tuple[str, str], Pattern],
    rules: Rules,
) -> np.ndarray:
    """Return the synapses between areas, (A, 8, A, 8), not rounded.

    `numbers` of synapses of each connection and `sln` are (A, A) [target, source]; `patterns` are
    those of `known_patterns`; `cyto` and `rules` are the same for all connections.
    """
    synapses = np.zeros((len(AREAS), 8, len(AREAS), 8))
    thickness = cyto.thickness.to_numpy()
    for a, b in np.argwhere(numbers > 0):
        pattern = patterns.get((AREAS[a], AREAS[b]), Pattern())
        out = source_shares(sln[a, b], pattern.source, cyto.n_neurons[b], rules.as_published)
        layers = target_shares(sln[a, b], pattern.target, thickness[a], rules.as_published)
        probability = rules.cell_body
        if cyto.n_neurons[a, P_4E] == 0:
            probability = without_missing_layer(probability, thickness[a])
        onto = probability @ layers
        if connection_class(sln[a, b]) == "feedback":
            onto = _excitatory_share(onto, rules.excitatory_feedback)
        synapses[a, :, b, :] = numbers[a, b] * np.outer(onto, out)
    return synapses


def _excitatory_share(onto: np.ndarray, share: float) -> np.ndarray:
    """Rescale shares of E and I targets, (8,), to `share` and 1 - `share` of their sum."""
    kinds = onto.reshape(-1, len(POPULATIONS))
    sums = kinds.sum(axis=0)
    if not sums.all():
        return onto
    return (kinds * sums.sum() * np.array([share, 1 - share]) / sums).ravel()
