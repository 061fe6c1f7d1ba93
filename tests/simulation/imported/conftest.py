"""A small network, and files of spikes that are imported into it."""

import datetime
from pathlib import Path

import numpy as np
import pytest

from multiarea.build.pipeline import build_network
from multiarea.models import microcircuit
from multiarea.parameters import SimulationParameters
from multiarea.simulation.imported.stage import import_spikes
from multiarea.spikes.store import Spikes


@pytest.fixture(scope="session")
def network():
    """The microcircuit in small: 242 neurons in V E, 53 in V I."""
    return build_network("microcircuit", microcircuit.Parameters(N_scaling=0.05, K_scaling=0.05))


@pytest.fixture
def take(network, tmp_path):
    """Import a file; return the store. `neurons` may be the text of a table."""

    def import_file(file, neurons=None, t_sim=200.0, **options):
        table = None
        if neurons is not None and "," in neurons:
            table = tmp_path / "neurons.csv"
            table.write_text(neurons)
        spikes_from = {"file": str(file), "neurons": neurons, **options}
        recording = {k: spikes_from.pop(k) for k in ("rec_start", "areas_recorded") if k in options}
        parameters = SimulationParameters(t_sim=t_sim, spikes_from=spikes_from, **recording)
        path = tmp_path / "taken" / "spikes.h5"
        import_spikes(network, parameters, Path(file), table, path)
        assert not list(path.parent.glob(".*")), "nothing of the work is left"
        return Spikes(path)

    return import_file


@pytest.fixture
def write_nwb():
    """Write an NWB file with pynwb: a unit for each (number, times [s], values of the columns)."""
    return nwb


def nwb(path, units, columns=()):
    """Write an NWB file with pynwb: a unit for each (times [s], and values of the columns)."""
    pynwb = pytest.importorskip("pynwb")
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    file = pynwb.NWBFile("a test", "one", start)
    for name in columns:
        file.add_unit_column(name, name)
    for number, times, *values in units:
        more = dict(zip(columns, values, strict=True))
        file.add_unit(id=number, spike_times=np.array(times, float), **more)
    with pynwb.NWBHDF5IO(str(path), "w") as stream:
        stream.write(file)
    return path
