"""Lesions: what is cut or scaled is, all else stays; theory and both simulators follow."""

from __future__ import annotations

import numpy as np
import pytest

from multiarea.build.lesions import lesion
from multiarea.build.pipeline import build_network
from multiarea.errors import InputError
from multiarea.models import macaque, microcircuit
from multiarea.parameters import NetworkParameters, SimulationParameters
from multiarea.simulation import simulate
from multiarea.spikes.store import Spikes
from multiarea.theory import stationary_rates

AREA_V1 = {"areas": "V1"}
QUIET_START = {"V0_mean": -58.0, "V0_sd": 5.0}
CASES = {
    "{}": ": expected 'areas' or 'projections'",
    "{'areas': ['V11']}": ".areas: unknown area 'V11'. Did you mean 'V1'?",
    "{'area': ['V1']}": ".area: unknown key. Did you mean 'areas'? Valid keys: areas, projections",
    "['V1']": ": expected a dictionary, got ['V1'] (list)",
    "{'projections': {'source': {}}}": ".projections: expected a list, got {'source': {}} (dict)",
    "{'projections': [{'sorce': {}}]}": (
        ".projections[0].sorce: unknown key. Did you mean 'source'? Valid keys: source, target, "
        "only_between_areas, synapses, weights"
    ),
    "{'projections': [{}, {'target': {'layers': 'VII'}}]}": (
        ".projections[1].target.layers: unknown layer 'VII'; expected one of ['II/III', 'IV', 'V', "
        "'VI']. Did you mean 'VI'?"
    ),
    "{'projections': [{'source': {'areas': []}}]}": (
        ".projections[0].source.areas: expected at least one name, or '*' for all"
    ),
    "{'projections': [{'synapses': -1.0}]}": (
        ".projections[0].synapses: expected a value >= 0, got -1.0 (float)"
    ),
    "{'areas': 'V1'}, 'dc_stimulus': {('V1', 'IV', 'E'): 5.0}": (
        "net_params.dc_stimulus: 'V1' is silenced by net_params.lesions.areas"
    ),
}


@pytest.mark.parametrize("text", list(CASES))
def test_message(text, problems):
    told = CASES[text] if CASES[text].startswith("net") else f"net_params.lesions{CASES[text]}"
    assert problems(f"model = 'macaque'; net_params = {{'lesions': {text}}}") == [told]


def lesioned(network, **lesions):
    return lesion(network, NetworkParameters(lesions=lesions))


def microcircuit_with(*projections):
    return build_network(
        "microcircuit", microcircuit.Parameters(lesions={"projections": projections})
    )


def test_a_projection_is_cut_and_all_others_stay():
    base = build_network("microcircuit", microcircuit.Parameters())
    pattern = {"source": {"layers": "IV", "populations": "E"}, "target": {"layers": ["II/III"]}}
    cut, half, weak = (
        microcircuit_with({**pattern, **how}) for how in ({}, {"synapses": 0.5}, {"weights": 0.5})
    )
    chosen = np.zeros((8, 8), bool)
    chosen[:2, 2] = True
    assert (base.synapses[chosen] > 0).all()
    assert not cut.indegree[chosen].any()
    np.testing.assert_array_equal(cut.indegree[~chosen], base.indegree[~chosen])
    np.testing.assert_array_equal(cut.weight, base.weight)
    np.testing.assert_allclose(half.synapses[chosen], base.synapses[chosen] / 2, atol=0.5)
    np.testing.assert_array_equal(half.synapses[~chosen], base.synapses[~chosen])
    for name in ("weight", "weight_sd"):
        changed, before = getattr(weak, name), getattr(base, name)
        np.testing.assert_allclose(changed[chosen], before[chosen] / 2)
        np.testing.assert_array_equal(changed[~chosen], before[~chosen])


def test_the_theory_follows():
    """Without input from 4E, 2/3E nearly stops; layer 4 changes only by what it gets from there."""
    base = stationary_rates(build_network("microcircuit", microcircuit.Parameters())).rates
    cut = {"source": {"layers": "IV", "populations": "E"}, "target": {"layers": "II/III"}}
    rates = stationary_rates(microcircuit_with(cut)).rates
    assert rates[0] < 0.5 * base[0]
    assert rates[2] == pytest.approx(base[2], rel=0.25)


def test_a_silenced_area():
    """It has no synapse and no input, and predicted rates of zero; those of others change."""
    base, silent = (
        build_network("macaque", macaque.Parameters(K_scaling=1.0, lesions=lesions))
        for lesions in (None, {"areas": ["V1"]})
    )
    assert silent.labels == base.labels
    in_v1 = silent.area_of == "V1"
    touched = in_v1[:, None] | in_v1[None, :]
    assert base.synapses[touched].any() and not silent.synapses[touched].any()
    np.testing.assert_array_equal(silent.synapses[~touched], base.synapses[~touched])
    assert not silent.indegree_external[in_v1].any()
    np.testing.assert_array_equal(silent.indegree_external[~in_v1], base.indegree_external[~in_v1])
    rates = stationary_rates(silent).rates
    assert (rates[in_v1] == 0).all() and (rates[~in_v1] > 0).any()


def test_only_between_areas(active_network):
    base = active_network()
    alone = lesioned(base, projections=[{"only_between_areas": True}])
    assert not alone.synapses[base.is_between_areas].any()
    within = ~base.is_between_areas
    np.testing.assert_array_equal(alone.synapses[within], base.synapses[within])


def test_a_pattern_that_fits_nothing_is_refused(active_network):
    pattern = {"source": {"areas": "B"}, "target": {"layers": "II/III"}}
    with pytest.raises(InputError, match=r"lesions\.projections\[0\]: fits no projection"):
        lesioned(active_network(), projections=[pattern])


def test_replaced_projections_are_those_of_the_lesioned_network():
    """The rates of areas that are left out come from the whole network with its lesions."""
    given = {
        "areas_simulated": ["V1"],
        "replace_non_simulated_areas": "het_poisson_stat",
        "lesions": {"projections": [{"source": AREA_V1, "only_between_areas": True}]},
    }
    parameters = macaque.Parameters(**given)
    assert parameters.whole.lesions == parameters.lesions and not parameters.whole.areas_simulated
    assert "lesions" not in macaque.Parameters().identity


@pytest.mark.parametrize("simulator", ["nest", "procedural"])
def test_simulators_follow(active_network, tmp_path, simulator):
    """A silenced area fires no spike; one that got input from it fires another number of them."""
    if simulator == "nest":
        pytest.importorskip("nest")
    base = active_network()
    counts = {}
    for name, network in (("base", base), ("cut", lesioned(base, areas="A"))):
        simulation = SimulationParameters(simulator=simulator, t_sim=200.0, **QUIET_START)
        path = tmp_path / f"{name}.h5"
        simulate(network, simulation, virtual_processes=1, spikes_path=path)
        with Spikes(path) as spikes:
            counts[name] = {key: trains.counts.sum() for key, trains in spikes.items()}
    a_e, a_i, b_e = base.populations.index
    assert counts["base"][a_e] > 0 and counts["base"][a_i] > 0
    assert counts["cut"][a_e] == counts["cut"][a_i] == 0
    assert 0 < counts["cut"][b_e] < counts["base"][b_e]
