"""Any bytes in any file are a valid result or an InputError, and nothing else."""

import io
import os
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from multiarea.analysis.results import Arrays, load, save
from multiarea.cluster import load_cluster
from multiarea.data import (
    desikan_killiany,
    layers,
    macaque,
    potjans_diesmann,
    single_units,
    von_economo_koskinas,
)
from multiarea.data.experimental_fc import read_functional_connectivity, read_timeseries
from multiarea.data.rates import read_rate_series, read_rates
from multiarea.errors import InputError
from multiarea.experiment.config import load_config, read_yaml
from multiarea.experiment.loading import load_experiments
from multiarea.models import get_model
from multiarea.network.network import load_network, save_network
from multiarea.spikes.store import Spikes
from multiarea.spikes.writer import Recording, write_spikes

DATA = Path(__file__).parents[2] / "experimental_data"
AREAS = ("cuneus", "insula")
EXPERIMENT = """\
net_params = {"N_scaling": 0.01, "K_scaling": 0.1, "connection_params": {"g": -5.0},
    "single_spike": {("cuneus", "IV", "E"): 600.0}}
sim_params = {"t_sim": 1000.0, "rec_dev": ["spike_recorder"], "master_seed": 55}
sweep = {"chi": [1.0, 2.5], "V0_mean": [-70.0]}
"""
CONFIG = """\
experiments: [experiments/downscaled_base.py]
out: out
figures: all
virtual_processes: 2
experimental_data:
  fmri_timeseries: null
"""
CLUSTER = """\
{"__default__": {"account": "a", "time": "1-12", "mem": "4G"},
 "simulate": {"nodes": 2, "ntasks": 8, "ntasks-per-node": 4, "cpus-per-task": 4}}
"""

#: Shipped table -> its loader.
TABLES = {
    "fraction_EI/lichtman.csv": layers.read_fractions,
    "desikan_killiany/volumes.csv": desikan_killiany.read_volumes,
    "desikan_killiany/to_von_economo.csv": desikan_killiany.read_mapping,
    "von_economo_koskinas/layers.csv": von_economo_koskinas.read_layers,
    "hcp_fmri/functional_connectivity_fisher_z_left.csv": read_functional_connectivity,
    "minxha2020/rate_distribution.csv": single_units.read_rate_distribution,
    "minxha2020/cv_quantiles.csv": single_units.read_quantiles,
    "potjans_diesmann/populations.csv": potjans_diesmann.read_populations,
    "potjans_diesmann/connection_probabilities.csv": (
        potjans_diesmann.read_connection_probabilities
    ),
    "resting_state_networks/kabbara.csv": desikan_killiany.read_networks,
    "synapse_to_cell_body/mohan.csv": layers.read_cell_body_probabilities,
    "macaque/cocomac/connections.csv": macaque.read_cocomac,
    "macaque/markov2014/overlap_m132_fv91.csv": macaque.read_overlap,
    "macaque/binzegger2004/cell_types.csv": macaque.read_cell_types,
}
TIMES = int(os.environ.get("MULTIAREA_FUZZ", "1"))
"""MULTIAREA_FUZZ=20 looks twenty times as long."""
PIECES = [
    *(b"nan", b"-1", b"1e999", b"inf", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"\n", b","),
    *(b'"', b"'", b"{", b"}", b"[", b"]", b":", b"#", b"- ", b"&a ", b"*a", b"!!", b"%", b"\\"),
    *(b"9" * 400, b"x" * 3000, b"\x80\x04", b"\x89HDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"),
]
EDIT = st.tuples(
    st.floats(0, 1), st.integers(0, 40), st.one_of(st.sampled_from(PIECES), st.binary(max_size=8))
)


def common(examples):
    return settings(
        deadline=None,
        max_examples=examples * TIMES,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def changed(valid, edits):
    """Return content with pieces replaced, left out or put in."""
    for place, length, piece in edits:
        start = int(place * len(valid))
        valid = valid[:start] + piece + valid[start + length :]
    return valid


def contents(valid):
    """Any bytes; and a valid file with some edits, or cut off."""
    return st.one_of(
        st.binary(max_size=200),
        st.lists(EDIT, min_size=1, max_size=4).map(partial(changed, valid)),
        st.floats(0, 1).map(lambda share: valid[: int(share * len(valid))]),
    )


def fits(load, path, content):
    """Check that a loader accepts a file, or tells in printable lines what is wrong."""
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            load(path)
        except InputError as error:
            assert all(line.isprintable() for line in str(error).split("\n"))
            assert len(str(error)) < 20_000


@pytest.mark.parametrize("name", TABLES)
@given(data=st.data())
@common(10)
def test_tables(tmp_path, name, data):
    valid = b"".join((DATA / name).read_bytes().splitlines(keepends=True)[:20])
    fits(TABLES[name], tmp_path / "table.csv", data.draw(contents(valid[:3000])))


RATES = b"area,layer,population,rate\ncuneus,IV,E,1.5\ncuneus,IV,I,2\n"
TRIALS = b"unit,trial,time_ms\na,1,5.5\na,1,7\nb,2,3\n"
SERIES = b"time,cuneus|IV|E,cuneus|IV|I\n0,1,2\n1,3,4\n2,3,4\n"


@pytest.mark.parametrize(
    ("load", "name", "valid"),
    [
        (read_rates, "rates.csv", RATES),
        (single_units.read_trials, "trials.csv", TRIALS),
        (read_rate_series, "series.csv", SERIES),
        (lambda path: load_config(read_yaml(path)), "config.yaml", CONFIG.encode()),
        (load_cluster, "cluster.json", CLUSTER.encode()),
        (lambda path: load_experiments([path]), "one.py", EXPERIMENT.encode()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@given(data=st.data())
@common(25)
def test_texts(tmp_path, load, name, valid, data):
    path = tmp_path / name
    fits(load, path, data.draw(contents(valid)))


@given(data=st.data())
@common(25)
def test_arrays_and_their_regions(tmp_path, data):
    stream = io.BytesIO()
    np.save(stream, np.random.default_rng(1).normal(size=(9, 4, 2)))
    names = b"lh-cuneus\nlh-insula\nrh-cuneus\nrh-insula\n"
    array, regions = tmp_path / "bold.npy", tmp_path / "regions.txt"
    regions.write_bytes(names)
    fits(
        lambda path: read_timeseries(path, regions, AREAS),
        array,
        data.draw(contents(stream.getvalue())),
    )
    array.write_bytes(stream.getvalue())
    fits(lambda path: read_timeseries(array, path, AREAS), regions, data.draw(contents(names)))


# ------------------------------------------------------------------------------- HDF5


def read_all_spikes(path):
    with Spikes(path) as spikes:
        return list(spikes.items())


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Return loader and content of each kind of HDF5 file."""
    folder = tmp_path_factory.mktemp("stores")
    microcircuit = get_model("microcircuit")
    network = microcircuit.build_network(microcircuit.Parameters())
    save_network(network, folder / "network.h5")
    write_spikes(folder / "spikes.h5", Recording(network.populations["n_neurons"], 10.0, 0.1), [])
    arrays = {"rate": (np.arange(600.0), ("time",), "1/s"), "name": (np.array(["a"]), ("x",), "")}
    save(folder / "result.h5", Arrays(arrays))
    loaders = {"network": load_network, "spikes": read_all_spikes, "result": load}
    for name, loader in loaders.items():
        loader(folder / f"{name}.h5")
    files = {name: (folder / f"{name}.h5").read_bytes() for name in loaders}
    return {name: (loader, files[name]) for name, loader in loaders.items()}


@pytest.mark.parametrize("kind", ["network", "spikes", "result"])
@given(data=st.data())
@common(25)
def test_stores(tmp_path, stores, kind, data):
    load, valid = stores[kind]
    path = tmp_path / "store.h5"
    content = data.draw(
        st.one_of(contents(valid), contents(valid[:4000]).map(lambda c: c + valid[4000:]))
    )
    fits(load, path, content)
