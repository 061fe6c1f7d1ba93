"""What runs have in common: the chi axis of a sweep, and pairs that differ in one spike."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multiarea.experiment.experiment import Experiment, network_hash
from multiarea.experiment.hashing import canonical_json
from publications import Publication

if TYPE_CHECKING:
    from multiarea.parameters import NetworkParameters


def spike_pairs(runs: Iterable[Experiment]) -> list[tuple[Experiment, Experiment]]:
    """Return the pairs of runs (without, with) that differ in the extra spike only."""
    runs = list(runs)
    plain = {run.simulation_folder: run for run in runs if not single_spike(run)}
    pairs = []
    for run in filter(single_spike, runs):
        partner = network_hash(run.model, without_spike(run.network))
        other = plain.get(Path(partner) / run.simulation_hash)
        if other is not None:
            pairs.append((other, run))
    return pairs


def signature(network: NetworkParameters, publication: Publication) -> tuple[str, float]:
    """Return what all points on the chi axis of `network` have in common: parameters and a ratio.

    The ratio is that of the last parameter of `publication.chi` to the first.
    """
    content = without_spike(network).full_scale.identity
    values = []
    for path in publication.chi:
        block, name = path.split(".")
        values.append(content[block].pop(name))
    return canonical_json(content), values[-1] / values[0] if values[0] else math.nan


def single_spike(run: Experiment) -> list[Any]:
    """Return the extra spikes of a run as plain lists."""
    return [list(entry) for entry in getattr(run.network, "single_spike", ())]


def without_spike(network: NetworkParameters) -> NetworkParameters:
    """Return the parameters of the same network without extra spikes."""
    if "single_spike" not in type(network).model_fields:
        return network
    return network.model_copy(update={"single_spike": ()})
