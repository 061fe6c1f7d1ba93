"""The spikes of a store in the forms that other libraries take."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.network.network import LEVELS
from multiarea.spikes.trains import Trains

if TYPE_CHECKING:
    from neo import Block

Key = tuple[str, str, str]


class SpikeForms(ABC):
    """Spikes as arrays, as a table and as Neo objects.

    `names` choose an area, a layer or a population, as in `spikes.table(area="V1", layer="V")`.
    """

    populations: pd.DataFrame
    t_stop: float

    @abstractmethod
    def trains(self, key: Key) -> Trains:
        """Return the spike trains of the population `key` (area, layer, population)."""

    def arrays(self, **names: str) -> tuple[np.ndarray, np.ndarray]:
        """Return times [ms] and neurons of the spikes, (n_spikes,) each, neuron after neuron.

        Neurons are numbered from 0 through the whole network, as in the file.

        Raises
        ------
        InputError
            If there is none of the `names`.
        """
        first, times, neurons = self.populations["first_node"], [np.empty(0)], [np.empty(0, int)]
        for key in _chosen_keys(self.populations, **names):
            trains = self.trains(key)
            times.append(trains.times)
            neurons.append(trains.neurons + int(first.loc[key]))
        return np.concatenate(times), np.concatenate(neurons)

    def table(self, **names: str) -> pd.DataFrame:
        """Return a row for each of the spikes: time_ms, neuron, area, layer, population.

        Raises
        ------
        InputError
            If there is none of the `names`.
        """
        times, neurons = self.arrays(**names)
        # Populations follow one another in the file, so that neurons tell to which one a spike
        # belongs.
        table = self.populations.loc[_chosen_keys(self.populations, **names)].reset_index()
        row = np.searchsorted(table["first_node"].to_numpy(), neurons, side="right") - 1
        labels = {
            level: pd.Categorical(table[level], categories=table[level].unique())[row]
            for level in LEVELS
        }
        return pd.DataFrame({"time_ms": times, "neuron": neurons, **labels})

    def neo(self, **names: str) -> Block:
        """Return the spikes as a Neo block of one segment with a train for each neuron.

        Silent neurons have an empty train. Each is annotated with neuron, area, layer and
        population.

        Raises
        ------
        InputError
            If there is none of the `names`, or Neo is not installed.
        """
        try:
            from neo import Block, Segment, SpikeTrain
        except ImportError:
            raise InputError("spikes: the package 'neo' is missing: pip install neo") from None
        segment = Segment()
        for key in _chosen_keys(self.populations, **names):
            trains, first = self.trains(key), int(self.populations["first_node"].loc[key])
            labels = dict(zip(LEVELS, key, strict=True))
            split = np.split(trains.times, trains.offsets[1:-1])
            for neuron, times in enumerate(split, start=first):
                train = SpikeTrain(times, units="ms", t_stop=self.t_stop, neuron=neuron, **labels)
                segment.spiketrains.append(train)
        block = Block()
        block.segments.append(segment)
        return block


def _chosen_keys(populations: pd.DataFrame, **names: str) -> list[Key]:
    """Return the `populations` with the `names` of area, layer and population.

    Raises InputError if there is none of a name.
    """
    index = populations.index
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
