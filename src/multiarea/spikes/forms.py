"""The spikes of a store in the forms that other libraries take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.network.network import LEVELS

if TYPE_CHECKING:
    from neo import Block

    from multiarea.spikes.store import Spikes

Key = tuple[str, str, str]


def chosen_keys(spikes: Spikes, **names: str) -> list[Key]:
    """Return the populations of `spikes` with the `names` of area, layer and population.

    Raises InputError if there is none of a name.
    """
    index = spikes.populations.index
    for level, name in names.items():
        if level not in LEVELS:
            raise InputError(f"spikes: unknown choice '{level}'; expected one of {LEVELS}")
        valid = index.get_level_values(level)
        if name not in valid:
            raise InputError(
                f"spikes: no {level} '{one_line(name, 60)}'.{did_you_mean(name, valid.unique())} "
                f"Recorded are: {', '.join(valid.unique())}"
            )
        index = index[valid == name]
    return list(index)


def as_arrays(spikes: Spikes, **names: str) -> tuple[np.ndarray, np.ndarray]:
    """Return times [ms] and neurons of the `spikes`, (n_spikes,) each, neuron after neuron.

    Neurons are numbered from 0 through the whole network, as in the file; `names` choose as in
    `chosen_keys`.
    """
    first, times, neurons = spikes.populations["first_node"], [np.empty(0)], [np.empty(0, int)]
    for key in chosen_keys(spikes, **names):
        trains = spikes.trains(key)
        times.append(trains.times)
        neurons.append(trains.neurons + int(first.loc[key]))
    return np.concatenate(times), np.concatenate(neurons)


def as_table(spikes: Spikes, **names: str) -> pd.DataFrame:
    """Return a row for each of the `spikes`: time_ms, neuron, area, layer, population.

    `names` choose as in `chosen_keys`.
    """
    keys = chosen_keys(spikes, **names)
    times, neurons = as_arrays(spikes, **names)
    # Populations follow one another in the file, so that neurons tell to which one a spike belongs.
    table = spikes.populations.loc[keys].reset_index()
    row = np.searchsorted(table["first_node"].to_numpy(), neurons, side="right") - 1
    labels = {
        level: pd.Categorical(table[level], categories=table[level].unique())[row]
        for level in LEVELS
    }
    return pd.DataFrame({"time_ms": times, "neuron": neurons, **labels})


def as_neo(spikes: Spikes, **names: str) -> Block:
    """Return the `spikes` as a Neo block of one segment with a train for each neuron.

    Silent neurons have an empty train. Each is annotated with neuron, area, layer and population;
    `names` choose as in `chosen_keys`.

    Raises InputError if Neo is not installed.
    """
    try:
        from neo import Block, Segment, SpikeTrain
    except ImportError:
        raise InputError("spikes: the package 'neo' is missing: pip install neo") from None
    segment = Segment()
    for key in chosen_keys(spikes, **names):
        trains, first = spikes.trains(key), int(spikes.populations["first_node"].loc[key])
        labels = dict(zip(LEVELS, key, strict=True))
        for neuron, times in enumerate(np.split(trains.times, trains.offsets[1:-1]), start=first):
            train = SpikeTrain(times, units="ms", t_stop=spikes.t_stop, neuron=neuron, **labels)
            segment.spiketrains.append(train)
    block = Block()
    block.segments.append(segment)
    return block
