"""Spikes as Neurodata Without Borders (NWB), which Neo can read."""

from __future__ import annotations

import datetime
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import multiarea
from multiarea.errors import InputError
from multiarea.experiment.config import load_config, project_config
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.finding import find_experiment
from multiarea.experiment.results import results
from multiarea.files.atomic import atomic_path
from multiarea.files.project import resolve
from multiarea.network.network import LEVELS
from multiarea.parameters import scale_words
from multiarea.spikes.store import Spikes

if TYPE_CHECKING:
    from pynwb import NWBFile

log = logging.getLogger(__name__)

CHUNK = 1 << 17
"""Spikes of a chunk of the file; eight are held in memory at once."""


def export_spikes(name: str, path: Path, out: Path | None = None) -> None:
    """Write the spikes of the experiment `name` (or its file) to the NWB file `path`.

    They are looked for in the folder `out`, by default that of config.yaml.

    The table `units` has a row for each recorded neuron, silent ones included: spike_times [s], and
    the names of area, layer and population. Spikes are copied in blocks; a few bytes per neuron are
    held in memory.

    Raises InputError if the experiment was not simulated, or pynwb is not installed.
    """
    path = Path(path)
    if path.suffix != ".nwb":
        raise InputError(f"{path}: expected a file name that ends with .nwb")
    try:
        from pynwb import NWBHDF5IO
    except ImportError:
        raise InputError(
            "export-spikes: the package 'pynwb' is missing: pip install pynwb"
        ) from None
    experiment = find_experiment(name)
    store = resolve(load_config(project_config(out)).out) / results()["spikes"].path(experiment)
    if not store.is_file():
        makes = f"python -m multiarea run {experiment.name} makes it"
        raise InputError(f"{experiment.name}: not simulated yet: no {store}; {makes}")
    with Spikes(store) as spikes:
        file = _file(experiment, store)
        file.units = units(spikes)
        with atomic_path(path) as temporary, NWBHDF5IO(str(temporary), "w") as stream:
            stream.write(file)
        log.info("%s: %d spikes of %d neurons", path, len(spikes), len(file.units))


def _file(experiment: Experiment, store: Path) -> NWBFile:
    """Return an NWB file without data."""
    from pynwb import NWBFile

    record = json.loads(store.with_name("provenance.json").read_text("utf-8"))
    network = experiment.network
    return NWBFile(
        session_description=(
            f"Simulation of {experiment.name}: {experiment.model} model, "
            f"{scale_words(network.N_scaling, network.K_scaling)}, "
            f"{experiment.simulation.t_sim:g} ms"
        ),
        identifier=experiment.simulation_folder.as_posix(),
        session_start_time=datetime.datetime.fromisoformat(record["started"]),
        source_script=f"multiarea {multiarea.__version__}",
        source_script_file_name=experiment.file.name,
    )


def units(spikes: Spikes) -> Any:
    """Return the table of recorded neurons, with the `spikes` still in their store."""
    from hdmf.backends.hdf5 import H5DataIO
    from hdmf.common import VectorData, VectorIndex
    from pynwb.misc import Units

    table = spikes.populations
    n_neurons = table["n_neurons"].to_numpy()
    seconds: Any = np.empty(0)
    if len(spikes):
        seconds = H5DataIO(_blocks(spikes), compression="gzip", compression_opts=1)
    times = VectorData(name="spike_times", description="spike times [s]", data=seconds)
    ranges = zip(table["first_node"], n_neurons, strict=True)  # others are of unrecorded areas
    nodes = np.concatenate([np.arange(first, first + n) for first, n in ranges])
    n = len(nodes)
    intervals = np.tile([0.0, spikes.t_stop / 1000], (n, 1))
    seen = VectorData(name="obs_intervals", description="simulated time [s]", data=intervals)
    columns = [
        *(VectorIndex(name="spike_times_index", target=times, data=spikes.ends[nodes]), times),
        *(VectorIndex(name="obs_intervals_index", target=seen, data=np.arange(1, n + 1)), seen),
    ]
    for level in LEVELS:
        names = table.index.get_level_values(level).to_numpy(dtype=object)
        data = np.repeat(names, n_neurons).astype(str)
        columns.append(VectorData(name=level, description=f"{level} of the neuron", data=data))
    return Units(
        name="units",
        description="all recorded neurons, in the order of the network",
        columns=columns,
        id=nodes,
    )


def _blocks(spikes: Spikes) -> Any:
    """Return an iterator over the spike times [s] of a store, a block at a time."""
    from hdmf.data_utils import GenericDataChunkIterator

    class Blocks(GenericDataChunkIterator):
        def _get_data(self, selection: tuple[slice, ...]) -> np.ndarray:
            return spikes.times(selection[0]) / 1000

        def _get_maxshape(self) -> tuple[int, ...]:
            return (len(spikes),)

        def _get_dtype(self) -> np.dtype:
            return np.dtype(float)

    rows = min(CHUNK, len(spikes))
    return Blocks(chunk_shape=(rows,), buffer_shape=(min(8 * rows, len(spikes)),))
