"""Bad files of spikes, and bad tables of their neurons: each has one clear message."""

import shutil
import warnings
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from multiarea.errors import InputError
from multiarea.spikes.spool import SPIKE, Spool
from multiarea.spikes.writer import Recording, write_spikes

BMTK = Path(__file__).parent / "bmtk"
E = ("cortex", "V", "E")
RANGES = "first,last,area,layer,population\n100,149,cortex,V,E\n200,209,cortex,V,I\n"


def sonata(change):
    """Return a function that writes a SONATA file of BMTK, then changes it."""

    def write(path):
        shutil.copy(BMTK / "named_populations.h5", path)
        with h5py.File(path, "r+") as file:
            change(file)

    return write


def own(**changes):
    """Return a function that writes a spike store of 100 ms."""

    def write(path):
        index = pd.MultiIndex.from_tuples(
            [changes.get("key", E)], names=["area", "layer", "population"]
        )
        sizes = pd.Series([changes.get("n", 50)], index)
        with Spool(path.with_name("spool"), SPIKE) as spool:
            spool.append(node=np.array([3]), step=np.array([700]))
        write_spikes(path, Recording(sizes, 100.0, 0.1), [spool.path])

    return write


def array(*values, **options):
    return lambda path: np.save(path, np.array(*values, **options))


def table(rows, header="first,last,area,layer,population"):
    return f"{header}\n{rows}\n"


SPIKES = "neuron,time_ms\n100,3\n201,5\n"
BAD = {
    # name -> file name, content, table of neurons, options, words of the message
    "no column": (
        "a.csv",
        "cell,time\n1,2\n",
        RANGES,
        {},
        ["'cell', 'time'", "expected the columns neuron"],
    ),
    "two times": (
        "a.csv",
        "neuron,time,time_s\n1,2,3\n",
        RANGES,
        {},
        ["expected the columns neuron"],
    ),
    "other separator": (
        "a.csv",
        "neuron;time\n1;2\n",
        RANGES,
        {},
        ["'neuron;time'", "expected the columns"],
    ),
    "no header": ("a.csv", "1,2\n3,4\n", RANGES, {}, ["'1', '2'", "expected the columns neuron"]),
    "empty": ("a.csv", "", RANGES, {}, ["expected the columns neuron"]),
    "no number": (
        "a.csv",
        SPIKES + "102,soon\n",
        RANGES,
        {},
        ["line 4: 'soon' in column 'time_ms'"],
    ),
    "half a neuron": (
        "a.csv",
        SPIKES + "1.5,2\n",
        RANGES,
        {},
        ["line 4: '1.5' in column 'neuron'"],
    ),
    "no neuron": ("a.csv", SPIKES + ",2\n", RANGES, {}, ["line 4: '' in column 'neuron'"]),
    "no time": ("a.csv", SPIKES + "102,\n", RANGES, {}, ["a time is not a finite number"]),
    "binary": ("a.csv", b"\xff\xfe\x00\x80" * 9, RANGES, {}, ["neither SONATA, NWB nor a table"]),
    "parquet": ("a.parquet", b"PAR1....PAR1", RANGES, {}, ["Parquet is not read", ".csv or .npy"]),
    "damaged npy": ("a.npy", b"\x93NUMPY\x01\x00", RANGES, {}, ["not a readable .npy file"]),
    "three columns": ("a.npy", array([[1, 2, 3]]), RANGES, {}, ["shape (1, 3)", "(spikes, 2)"]),
    "text array": ("a.npy", array([["a", "b"]]), RANGES, {}, ["expected (spikes, 2)"]),
    "objects": (
        "a.npy",
        array([[1, None]], dtype=object),
        RANGES,
        {},
        ["not a readable .npy file"],
    ),
    "half a neuron of an array": (
        "a.npy",
        array([[0.5, 3.0]]),
        RANGES,
        {"unit": "ms"},
        ["row 0: neuron 0.5"],
    ),
    "infinite": ("a.npy", array([[100, np.inf]]), RANGES, {"unit": "ms"}, ["not a finite number"]),
    "no unit": (
        "a.csv",
        "neuron,time\n100,2\n",
        RANGES,
        {},
        ["spikes_from.unit: expected 'ms' or 's'", "a.csv"],
    ),
    "another unit": (
        "a.csv",
        SPIKES,
        RANGES,
        {"unit": "s"},
        ["spikes_from.unit: 's'", "are in ms"],
    ),
    "before the beginning": (
        "a.csv",
        "neuron,time_ms\n100,-2\n",
        RANGES,
        {},
        ["-2 ms", "expected times from 0", "spikes_from.start"],
    ),
    "all later": (
        "a.csv",
        "neuron,time_ms\n100,2000\n",
        RANGES,
        {},
        ["nothing is left without 1 spikes that are not between 0 and 200 ms"],
    ),
    "all others": (
        "a.csv",
        "neuron,time_ms\n1,20\n",
        RANGES,
        {},
        ["nothing is left without 1 spikes of neurons that are in no population"],
    ),
    "no mapping": (
        "a.csv",
        SPIKES,
        None,
        {},
        ["spikes_from.neurons: ", "does not say to which population", "'network'"],
    ),
    "empty table": ("a.csv", SPIKES, table(""), {}, ["neurons.csv: has a header but no rows"]),
    "no area": (
        "a.csv",
        SPIKES,
        table("1,2,V,E", "first,last,layer,population"),
        {},
        ["neurons.csv: no column 'area'"],
    ),
    "no neurons": (
        "a.csv",
        SPIKES,
        table("1,cortex,V,E", "id,area,layer,population"),
        {},
        ["no column 'first'; expected neuron, or first and last"],
    ),
    "no last": (
        "a.csv",
        SPIKES,
        table("1,cortex,V,E", "first,area,layer,population"),
        {},
        ["no column 'last'"],
    ),
    "text as neuron": (
        "a.csv",
        SPIKES,
        table("one,cortex,V,E", "neuron,area,layer,population"),
        {},
        ["line 2: 'one' in column 'neuron'"],
    ),
    "unknown layer": (
        "a.csv",
        SPIKES,
        table("100,140,cortex,IIII,E"),
        {},
        ["no population 'cortex|IIII|E'", "Did you mean"],
    ),
    "backwards": (
        "a.csv",
        SPIKES,
        table("149,100,cortex,V,E"),
        {},
        ["neurons 149 to 100; expected numbers from 0"],
    ),
    "negative": (
        "a.csv",
        SPIKES,
        table("-5,10,cortex,V,E"),
        {},
        ["neurons -5 to 10; expected numbers from 0"],
    ),
    "huge": (
        "a.csv",
        SPIKES,
        table("0,1e18,cortex,V,E"),
        {},
        ["neurons of cortex|V|E, but the network has 242"],
    ),
    "twice": (
        "a.csv",
        SPIKES,
        table("100,140,cortex,V,E\n140,150,cortex,V,I"),
        {},
        ["neuron 140 is there twice"],
    ),
    "more than the network": (
        "a.csv",
        SPIKES,
        table("0,243,cortex,V,E"),
        {},
        ["244 neurons of cortex|V|E, but the network has 242", "N_scaling"],
    ),
    "node population": (
        "named.h5",
        sonata(lambda f: None),
        table("cortex_V_X,0,9,cortex,V,E", "node_population,first,last,area,layer,population"),
        {},
        ["no node population 'cortex_V_X'", "Did you mean 'cortex_V_"],
    ),
    "no node population": (
        "named.h5",
        sonata(lambda f: None),
        RANGES,
        {},
        ["no column 'node_population'", "cortex_V_E, cortex_V_I"],
    ),
    "order of two": (
        "named.h5",
        sonata(lambda f: None),
        "network",
        {},
        ["'network' is for one node population", "cortex_V_E, cortex_V_I"],
    ),
    "other names": (
        "named.h5",
        sonata(lambda f: f.move("spikes/cortex_V_E", "spikes/x")),
        None,
        {},
        ["does not say to which population"],
    ),
    "unit of sonata": (
        "named.h5",
        sonata(lambda f: f["spikes/cortex_V_E/timestamps"].attrs.modify("units", "min")),
        None,
        {},
        ["the unit 'min'; expected ms or s"],
    ),
    "two units": (
        "named.h5",
        sonata(lambda f: f["spikes/cortex_V_E/timestamps"].attrs.modify("units", "s")),
        None,
        {},
        ["units of its node populations differ"],
    ),
    "unit beside sonata": (
        "named.h5",
        sonata(lambda f: None),
        None,
        {"unit": "s"},
        ["spikes_from.unit: 's'", "are in ms"],
    ),
    "shapes": (
        "named.h5",
        sonata(
            lambda f: (
                f["spikes/cortex_V_E"].pop("node_ids"),
                f["spikes/cortex_V_E"].create_dataset("node_ids", data=[1]),
            )
        ),
        None,
        {},
        ["timestamps and node_ids have the shapes (4,) and (1,)"],
    ),
    "text in sonata": (
        "named.h5",
        sonata(
            lambda f: (
                f["spikes/cortex_V_E"].pop("node_ids"),
                f["spikes/cortex_V_E"].create_dataset("node_ids", data=[b"a"] * 4),
            )
        ),
        None,
        {},
        ["not a readable file of spikes"],
    ),
    "nothing in sonata": (
        "named.h5",
        sonata(lambda f: (f["spikes"].pop("cortex_V_E"), f["spikes"].pop("cortex_V_I"))),
        None,
        {},
        ["no node population below /spikes"],
    ),
    "another hdf5": (
        "a.h5",
        lambda path: h5py.File(path, "w").create_group("data").file.close(),
        None,
        {},
        ["neither /spikes nor /units, but data"],
    ),
    "nwb without units": (
        "a.nwb",
        "nwb",
        None,
        {},
        ["NWB without units with spikes: no id, spike_times"],
    ),
    "truncated": (
        "a.h5",
        (BMTK / "named_populations.h5").read_bytes()[:3000],
        None,
        {},
        ["not a readable file of spikes"],
    ),
    "own that ends early": ("a.h5", own(), None, {}, ["t_sim = 200 ms", "ends at 100 ms"]),
    "own that ends after start": (
        "a.h5",
        own(),
        None,
        {"start": 50.0, "t_sim": 90.0},
        ["ends at 100 ms, and spikes_from.start is 50 ms"],
    ),
    "own of a larger network": (
        "a.h5",
        own(n=500),
        None,
        {"t_sim": 100.0},
        ["500 neurons of cortex|V|E, but the network has 242"],
    ),
    "own of another model": (
        "a.h5",
        own(key=("V1", "5", "E")),
        None,
        {"t_sim": 100.0},
        ["the network has no population 'V1|5|E'"],
    ),
    "too long": (
        "a.csv",
        SPIKES,
        RANGES,
        {"t_sim": 5e6},
        ["t_sim: expected at most 4.29497e+06 ms"],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_each_mistake_has_one_message(take, write_nwb, tmp_path, name):
    file, content, neurons, options, words = BAD[name]
    path = tmp_path / file
    if content == "nwb":
        write_nwb(path, [])
    elif callable(content):
        content(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InputError) as caught, warnings.catch_warnings():
        warnings.simplefilter("error")
        take(path, neurons, **options)
    message = str(caught.value)
    assert "\n" not in message and len(message) < 700
    for word in words:
        assert word in message
    assert not list(tmp_path.glob("taken/*")) and not list(tmp_path.glob("taken/.*"))
