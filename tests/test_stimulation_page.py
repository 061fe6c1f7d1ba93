"""The page on stimulation and lesions, run as it stands but on a smaller network."""

import re

import numpy as np
import pytest

from multiarea.build.pipeline import build_network
from multiarea.models import microcircuit
from multiarea.network.stimuli import PulsedCurrent, PulsedPoisson

PAGE = "docs/how-to/stimulation_and_lesions.md"
SMALL = """
model = "microcircuit"
net_params = {"N_scaling": 0.05, "K_scaling": 0.05, "thalamic_input": {"times": [300.0, 500.0]}}
sim_params = {"t_sim": 700.0, "simulator": "procedural"}
"""


@pytest.fixture(scope="module")
def blocks(checkout):
    """Return the four pieces of code of the page."""
    found = re.findall(r"```python\n(.*?)```", (checkout / PAGE).read_text("utf-8"), re.S)
    assert len(found) == 4
    return dict(zip(("stimulation", "options", "python", "lesions"), found, strict=True))


def test_the_stimuli_are_built(blocks, load):
    (one,) = load(f"{blocks['stimulation']}\n{blocks['options']}")
    assert one.analysis.evoked_response.stimulus == 2 and one.network.is_stimulated
    inputs = build_network(one.model, one.network).extra_inputs
    spikes = [extra for extra in inputs if isinstance(extra, PulsedPoisson)]
    currents = [extra for extra in inputs if isinstance(extra, PulsedCurrent)]
    assert len(inputs) == len(spikes) + len(currents)
    assert {extra.target[:2] for extra in spikes} == {("V1", "IV"), ("V1", "VI")}
    assert {extra.rate for extra in spikes} == {2000.0} and len(spikes[0].pulses) == 3
    assert {extra.target[0] for extra in currents} == {"V4", "MT"}
    assert {extra.target[2] for extra in currents} == {"E"}


def test_the_lesions_are_made(blocks, load):
    (one,) = load(blocks["lesions"])
    network = build_network(one.model, one.network)
    base = build_network(one.model, one.network.model_copy(update={"lesions": None}))
    area, layer = network.area_of, network.populations.index.get_level_values("layer")
    assert not network.synapses[area == "V4"].any() and not network.synapses[:, area == "V4"].any()
    cut = np.ix_(area == "V1", (area == "V2") & layer.isin(["V", "VI"]))
    assert base.synapses[cut].any() and not network.synapses[cut].any()
    half = np.ix_((area != "MT") & (area != "V4"), area == "MT")
    np.testing.assert_allclose(network.synapses[half], base.synapses[half] / 2, atol=0.5)
    inhibitory = network.populations.index.get_level_values("population") == "I"
    np.testing.assert_allclose(network.weight[inhibitory], 0.8 * base.weight[inhibitory])
    np.testing.assert_array_equal(network.weight[~inhibitory], base.weight[~inhibitory])


def test_the_response_is_read_from_python(blocks, tmp_path):
    (tmp_path / "small.py").write_text(SMALL)
    here = f"{str(tmp_path / 'small.py')!r}, out={str(tmp_path / 'out')!r}"
    code = blocks["python"].replace('"microcircuit_thalamic_downscaled"', here)
    found = {}
    exec(compile(code, PAGE, "exec"), found)
    assert list(found["latency"]) == list(microcircuit.AREAS)
    assert 0 <= found["latency"]["cortex"] < 10
    time, rate = found["response"]["time"], found["rate"]
    assert rate[:, (time >= 0) & (time < 12)].mean() > 2 * rate[:, time < 0].mean()
    assert "evoked_response" in found["run"].figures


def test_figure_and_measure_are_there_only_with_a_stimulus(load):
    from multiarea.experiment.config import load_config
    from multiarea.workflow.selection import Selection

    selection = Selection(load_config({}))
    texts = ("", "; net_params = {'thalamic_input': {'times': [500.0]}}")
    for text, is_there in zip(texts, (False, True), strict=True):
        (one,) = load("model = 'microcircuit'" + text + "; sim_params = {'t_sim': 1000.0}")
        for found in (selection.measures_of(one), selection.figures_of(one)):
            assert ("evoked_response" in {entry.name for entry in found}) == is_there
