"""The runaway guard over MPI: the first rank decides, all end, the spikes of all are kept."""

import json

import numpy as np
import pytest
from mpi_runs import RESULTS, command, start

from multiarea.spikes.store import Spikes

pytestmark = [pytest.mark.mpi, pytest.mark.long, pytest.mark.usefixtures("nest_with_mpi")]


def stopped(network, folder, ranks):
    """Simulate with a limit that any activity reaches; return the messages."""
    words = command(network, folder, 2)
    guard = {"rate_limit": 0.001, "rate_limit_window": 100.0}
    place = words.index("--spec")
    words[place:place] = ["--guard", json.dumps(guard)]
    process = start(folder, "-n", str(ranks), *words)
    assert process.wait(timeout=300) != 0
    return (folder / "simulate.log").read_text()


def test_all_ranks_end_and_the_spikes_of_all_are_kept(network, tmp_path):
    stores = {}
    for ranks in (1, 2):
        folder = tmp_path / str(ranks)
        text = stopped(network, folder, ranks)
        assert "above rate_limit = 0.001 spikes/s" in text
        assert "Traceback" not in text
        (kept,) = folder.glob("spikes_stopped_at_*.h5")
        assert kept.name in text
        assert not any((folder / name).exists() for name in RESULTS)
        with Spikes(kept) as spikes:
            stores[ranks] = {key: trains.times for key, trains in spikes.items()}
    assert sum(map(len, stores[1].values())) > 100
    for key, times in stores[1].items():
        assert np.array_equal(times, stores[2][key]), key
