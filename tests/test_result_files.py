"""Each column, array, dimension and unit of a result stands in the docstring of its measure."""

import importlib
import inspect
import re

import numpy as np
import pandas as pd
import pytest

from multiarea.analysis import compute, measures
from multiarea.analysis.results import Arrays
from multiarea.build.pipeline import build_network
from multiarea.data.sources import load_source
from multiarea.models import get_model
from multiarea.parameters import AnalysisParameters
from multiarea.parameters.config import ExperimentalData
from multiarea.spikes.spool import SPIKE, Spool
from multiarea.spikes.store import Spikes
from multiarea.spikes.writer import Recording, write_spikes
from multiarea.theory import fixed_points, fixed_points_table
from multiarea.workflow.sources import source_files

N_NEURONS, T_STOP = 3, 2000.0


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """All measures of three neurons of each population of the human model, with random spikes."""
    folder = tmp_path_factory.mktemp("results")
    model = get_model("human")
    pulse = {"areas": "cuneus", "current": 5.0, "times": (1000.0, 1010.0)}
    network = build_network("human", model.Parameters(stimulation=[pulse]))
    sizes = pd.Series(N_NEURONS, network.populations.index)
    rng = np.random.default_rng(1)
    with Spool(folder / "spool", SPIKE) as spool:
        node = np.repeat(np.arange(sizes.sum()), 30)
        spool.append(node=node, step=rng.integers(1, round(10 * T_STOP), len(node)))
    write_spikes(folder / "spikes.h5", Recording(sizes, T_STOP, 0.1), [spool.path])
    states = fixed_points_table(network, fixed_points(network, n_random=0).rates)
    inputs = {"network": network, "stimulated_network": network, "theory": states}
    inputs["spikes"] = Spikes(folder / "spikes.h5")
    paths = source_files(model, ExperimentalData())
    for name in ("experimental_fc", "experimental_units"):
        inputs[name] = load_source(name, paths[name], model.AREAS)
    for name in measures():
        inputs[name] = compute(name, inputs, AnalysisParameters())
    return inputs


def returned(name):
    function = getattr(importlib.import_module(measures()[name].module), name)
    return re.split(r"\nReturns\n-+\n", inspect.getdoc(function))[1]


@pytest.mark.parametrize("name", list(measures()))
def test_everything_in_a_result_is_documented(computed, name):
    text, result = returned(name), computed[name]
    words = set(re.findall(r"\w+", text))
    if isinstance(result, Arrays):
        assert text.startswith("Arrays\n")
        labels = {f"population_{level}" for level in ("area", "layer", "population")}
        for array in set(result.content) - labels:
            assert array in words, array
            assert result.unit(array) in ("", "1") or result.unit(array) in text, array
            for dimension in result.dims(array):
                assert dimension in text, array
        assert not labels & set(result.content) or "labels of the populations" in " ".join(
            text.split()
        )
    else:
        assert text.startswith("DataFrame\n")
        areas = set(computed["network"].areas.index)
        assert set(result.columns) - areas <= words
        assert not areas & set(result.columns) or "one column per area" in text
