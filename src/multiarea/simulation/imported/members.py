"""To which population of a network each neuron of a file of spikes belongs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.data.tables import read_text_table, typed
from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.network.network import LEVELS
from multiarea.parameters import NETWORK_ORDER
from multiarea.simulation.imported.spike_file import SpikeBlock, SpikeFile

KEY = "sim_params.spikes_from.neurons"


@dataclass(frozen=True)
class Members:
    """The recorded neurons, numbered through the populations of a network.

    Attributes
    ----------
    n_neurons : Series
        Recorded neurons of each population, indexed as the populations of the network.
    table : DataFrame
        Ranges of neurons of the file, sorted: group, first, last, and node, the number that the
        first one gets.
    """

    n_neurons: pd.Series
    table: pd.DataFrame

    def nodes(self, block: SpikeBlock) -> np.ndarray:
        """Return the numbers of the neurons that fired in `block`, (n,); -1: in no population."""
        own = self.table[self.table["group"] == block.group]
        if own.empty:
            return np.full(len(block.neurons), -1)
        first, last, node = (own[name].to_numpy() for name in ("first", "last", "node"))
        row = np.searchsorted(first, block.neurons, side="right") - 1
        is_inside = (row >= 0) & (block.neurons <= last[row])
        return np.where(is_inside, node[row] + block.neurons - first[row], -1)


def members_of(
    spikes: SpikeFile, populations: pd.DataFrame, table: Path | None, order: str | None
) -> Members:
    """Return to which populations the neurons of a file of `spikes` belong.

    Parameters
    ----------
    spikes : SpikeFile
    populations : DataFrame
        Those of the network, with the column n_neurons.
    table : Path, optional
        A table of neurons, in place of what the file says.
    order : str, optional
        'network': the neurons are numbered through the network.

    Raises
    ------
    InputError
        If the file does not say, the table is wrong, a neuron is in two populations, or there are
        more neurons than the network has.
    """
    if table is not None:
        ranges, source = _read(table, spikes), one_line(table)
    elif order == NETWORK_ORDER:
        ranges, source = _in_order(spikes, populations["n_neurons"]), one_line(spikes.path)
    else:
        ranges, source = _as_the_file_says(spikes, populations["n_neurons"]), one_line(spikes.path)
    _check_ranges(ranges, source)
    keys = pd.MultiIndex.from_frame(ranges[LEVELS])
    _check_populations(keys, populations.index, source)
    ranges = ranges.assign(size=ranges["last"] - ranges["first"] + 1)
    ranges["rank"] = populations.index.get_indexer(keys)
    ranges = ranges.sort_values(["rank", "group", "first"], kind="stable")
    ranges["node"] = ranges["size"].cumsum() - ranges["size"]
    found = ranges.groupby("rank")["size"].sum().reindex(range(len(populations)), fill_value=0)
    n_neurons = pd.Series(found.to_numpy(), populations.index, name="n_neurons")
    excess = n_neurons > populations["n_neurons"]
    if excess.any():
        name = n_neurons.index[excess][0]
        raise InputError(
            f"{source}: {n_neurons[name]} neurons of {'|'.join(name)}, but the network has "
            f"{populations['n_neurons'][name]}; expected at most as many (N_scaling?)"
        )
    ranges = ranges.sort_values(["group", "first"])[["group", "first", "last", "node"]]
    return Members(n_neurons, ranges.reset_index(drop=True))


def only_areas(members: Members, areas: tuple[str, ...]) -> Members:
    """Return the `members` in the `areas`, with new numbers."""
    is_kept = members.n_neurons.index.get_level_values("area").isin(areas)
    before = np.cumsum(members.n_neurons.to_numpy())
    row = np.searchsorted(before, members.table["node"].to_numpy(), side="right")
    left_out = np.cumsum(np.where(is_kept, 0, members.n_neurons.to_numpy()))
    table = members.table.assign(node=members.table["node"] - left_out[row])[is_kept[row]]
    return Members(members.n_neurons.where(is_kept, 0), table.reset_index(drop=True))


def _in_order(spikes: SpikeFile, n_neurons: pd.Series) -> pd.DataFrame:
    """Return the ranges of neurons that are numbered from 0 through the network."""
    if len(spikes.groups) > 1:
        raise InputError(
            f"{KEY}: '{NETWORK_ORDER}' is for one node population, but {one_line(spikes.path)} has "
            f"{', '.join(one_line(name, 60) for name in spikes.groups)}"
        )
    ends = n_neurons.cumsum()
    table = n_neurons.index.to_frame(index=False)
    table["first"], table["last"] = (ends - n_neurons).to_numpy(), ends.to_numpy() - 1
    return table.assign(group=spikes.groups[0])


def _as_the_file_says(spikes: SpikeFile, n_neurons: pd.Series) -> pd.DataFrame:
    """Return what the file says itself: of its neurons, or by the names of node populations."""
    if spikes.members is not None:
        return spikes.members
    names = [_plain("|".join(key)) for key in n_neurons.index]
    found = [names.index(_plain(g)) if _plain(g) in names else None for g in spikes.groups]
    if None in found or len(set(found)) < len(found):
        raise InputError(
            f"{KEY}: {one_line(spikes.path)} does not say to which population its neurons belong; "
            "expected a table (.csv) with the columns neuron (or first, last), area, layer, "
            f"population; or '{NETWORK_ORDER}', if they are numbered from 0 through the network"
        )
    table = n_neurons.index[found].to_frame(index=False)
    table["first"], table["last"] = 0, n_neurons.to_numpy()[found] - 1
    return table.assign(group=spikes.groups)


def _plain(name: str) -> str:
    """Return the name of a population with other signs than letters and digits as one sign."""
    return re.sub(r"[^0-9a-z]+", "_", name.lower())


def _read(path: Path, spikes: SpikeFile) -> pd.DataFrame:
    """Return the ranges of neurons in a table."""
    text = read_text_table(path, LEVELS)
    columns = ["neuron"] if "neuron" in text and "first" not in text else ["first", "last"]
    kinds = {**dict.fromkeys(columns, int), **dict.fromkeys(LEVELS, str)}
    for name in columns:
        if name not in text:
            raise InputError(
                f"{one_line(path)}: no column '{name}'; expected neuron, or first and last, then "
                f"{', '.join(LEVELS)}.{did_you_mean(name, set(text) - set(LEVELS))}"
            )
    if "node_population" in text:
        kinds["node_population"] = str
    elif len(spikes.groups) > 1:
        raise InputError(
            f"{one_line(path)}: no column 'node_population'; expected it, because "
            f"{one_line(spikes.path)} has {', '.join(one_line(n, 60) for n in spikes.groups)}"
        )
    table = typed(path, text, kinds).rename(columns={"neuron": "first", "node_population": "group"})
    if "last" not in table:
        table["last"] = table["first"]
    if "group" not in table:
        return table.assign(group=spikes.groups[0])
    for name in table["group"].unique():
        if name not in spikes.groups:
            raise InputError(
                f"{one_line(path)}: {one_line(spikes.path)} has no node population "
                f"'{one_line(name, 60)}'; expected one of "
                f"{', '.join(one_line(n, 60) for n in spikes.groups)}."
                f"{did_you_mean(name, spikes.groups)}"
            )
    return table


def _check_ranges(ranges: pd.DataFrame, source: str) -> None:
    """Raise InputError for negative numbers, ranges that end early, and neurons named twice."""
    first, last = ranges["first"], ranges["last"]
    wrong = (first < 0) | (last < first) | (last >= 2**62)
    if wrong.any():
        one = ranges[wrong].iloc[0]
        raise InputError(
            f"{source}: neurons {one['first']} to {one['last']}; expected numbers from 0, the last "
            "one not before the first"
        )
    ranges = ranges.sort_values(["group", "first"])
    is_same = ranges["group"].to_numpy()[1:] == ranges["group"].to_numpy()[:-1]
    again = is_same & (ranges["first"].to_numpy()[1:] <= ranges["last"].to_numpy()[:-1])
    if again.any():
        one = ranges.iloc[1 + int(again.argmax())]
        raise InputError(f"{source}: neuron {one['first']} is there twice; expected it once")


def _check_populations(keys: pd.MultiIndex, known: pd.MultiIndex, source: str) -> None:
    """Raise InputError for a population that the network lacks."""
    others = keys[~keys.isin(known)]
    if len(others):
        name = "|".join(others[0])
        labels = ["|".join(key) for key in known]
        raise InputError(
            f"{source}: the network has no population '{one_line(name, 80)}' (area|layer|"
            f"population).{did_you_mean(name, labels)}"
        )
