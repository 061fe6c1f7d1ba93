"""Mistakes in simulation modes, stimuli and recordings are told before anything runs."""

from __future__ import annotations

import pytest

SUBSET = "'areas_simulated': ['V1'], 'replace_non_simulated_areas': 'het_poisson_stat'"
CASES = {
    "net_params = {'areas_simulated': ['V1', 'V22'], 'replace_non_simulated_areas': 'nothing'}": (
        "net_params.areas_simulated: unknown area 'V22'. Did you mean 'V2'?"
    ),
    "net_params = {'areas_simulated': 'V1'}": (
        "net_params.replace_non_simulated_areas: expected what replaces the projections from the "
        "31 areas that areas_simulated leaves out: 'hom_poisson_stat', 'het_poisson_stat', "
        "'het_current_nonstat' or 'nothing'"
    ),
    "net_params = {'replace_non_simulated_areas': 'hom_poisson_stat'}": (
        "net_params.replace_non_simulated_areas: 'hom_poisson_stat' has no effect: "
        "areas_simulated leaves no area out"
    ),
    "net_params = {'replace_cc': 'het_poison_stat'}": (
        "net_params.replace_cc: expected 'hom_poisson_stat', 'het_poisson_stat', "
        "'het_current_nonstat' or 'nothing', got 'het_poison_stat' (str). Did you mean "
        "'het_poisson_stat'?"
    ),
    "net_params = {'replace_cc': 'hom_poisson_stat', 'replace_cc_input_source': 'Makefile'}": (
        "net_params.replace_cc_input_source: has no effect: neither replace_cc nor "
        "replace_non_simulated_areas is 'het_poisson_stat' or 'het_current_nonstat'"
    ),
    "net_params = {'replace_cc': 'het_poisson_stat', 'replace_cc_input_source': 'Makefil'}": (
        "net_params.replace_cc_input_source: no such file 'Makefil' (str). Did you mean 'Makefile'?"
    ),
    "net_params = {'dc_stimulus': {('V1', 'IV', 'X'): 5.0}}": (
        "net_params.dc_stimulus: ('V1', 'IV', 'X'): unknown population 'X'; expected one of "
        "['E', 'I']."
    ),
    "net_params = {'dc_stimulus': {'V1': 5.0}}": (
        "net_params.dc_stimulus: keys must be (area, layer, population), not 'V1'"
    ),
    "net_params = {'dc_stimulus': {('V1', 'IV', 'E'): (5.0, 1.0, 2.0, 3.0)}}": (
        "net_params.dc_stimulus: ('V1', 'IV', 'E'): expected an amplitude, or (amplitude, start, "
        "stop)"
    ),
    "net_params = {'dc_stimulus': {('V1', 'IV', 'E'): 'much'}}": (
        "net_params.dc_stimulus[0][3]: expected a number, got 'much' (str)"
    ),
    "net_params = {'dc_stimulus': {('V1', 'IV', 'E'): (5.0, 20.0, 10.0)}}": (
        "net_params: dc_stimulus: ('V1', 'IV', 'E'): stop = 10.0 must be later than start = 20.0"
    ),
    "net_params = {'dc_stimulus': {('V1', 'IV', 'E'): (5.0, 20.03)}}": (
        "net_params.dc_stimulus: ('V1', 'IV', 'E'): start = 20.03 ms must be a multiple of "
        "sim_params.sim_resolution = 0.1 ms"
    ),
    "net_params = {'dc_stimulus': {('V1', 'IV', 'E'): (5.0, 2000.0)}}": (
        "net_params.dc_stimulus: ('V1', 'IV', 'E'): start = 2000.0 ms lies beyond "
        "sim_params.t_sim = 1000.0 ms"
    ),
    f"net_params = {{{SUBSET}, 'dc_stimulus': {{('V2', 'IV', 'E'): 5.0}}}}": (
        "net_params.dc_stimulus: 'V2' is not one of net_params.areas_simulated"
    ),
    f"net_params = {{{SUBSET}}}; sim_params = {{'areas_recorded': ['V2']}}": (
        "sim_params.areas_recorded: 'V2' is not one of net_params.areas_simulated"
    ),
    "sim_params = {'areas_recorded': ['FEFF']}": (
        "sim_params.areas_recorded: unknown area 'FEFF'. Did you mean 'FEF'?"
    ),
    "sim_params = {'rec_start': 1000.0}": (
        "sim_params: 'rec_start' = 1000.0 ms must be earlier than t_sim = 1000.0 ms"
    ),
    "sim_params = {'rec_V_start': 10.5}": (
        "sim_params: 'rec_V_start' = 10.5 ms must be a multiple of rec_V_int = 1.0 ms"
    ),
    "sim_params = {'rec_V_start': 10.0, 'rec_V_stop': 10.0}": (
        "sim_params: 'rec_V_stop' = 10.0 ms must be later than rec_V_start = 10.0 ms"
    ),
}


@pytest.mark.parametrize("text", CASES)
def test_message(text, problems):
    assert problems("model = 'macaque'; " + text) == [CASES[text]]


def test_windows_before_the_recording(problems):
    window = "ana_params = {'rate_histogram': {'t_start': 500.0}}"
    assert problems("sim_params = {'rec_start': 600.0}\n" + window) == [
        "ana_params.rate_histogram.t_start = 500 ms lies before sim_params.rec_start = 600 ms: "
        "no spikes are recorded there"
    ]


def test_thalamic_pulses(problems):
    text = "model = 'microcircuit'; net_params = {'thalamic_input': {'times': [%s]}}"
    assert problems(text % "1000.0") == [
        "net_params.thalamic_input: 1000.0 ms lies beyond sim_params.t_sim = 1000.0 ms"
    ]
    assert problems(text % "700.05") == [
        "net_params.thalamic_input: 700.05 ms must be a multiple of sim_params.sim_resolution = "
        "0.1 ms"
    ]
    assert "thalamic_input.times" in problems(text % "")[0]


MAT2 = """
net_params = {"neuron_model_E": "mat2_psc_exp", "neuron_params_E": {"E_L": -70.0, "omega": -50.0,
    "C_m": 220.0, "tau_m": 10.0, "tau_syn_ex": 2.0, "tau_syn_in": 2.0, "t_ref": 2.0},
    "replace_cc": "het_poisson_stat"}
"""


def test_neurons_without_theory_need_a_table(problems):
    assert problems(MAT2) == [
        "net_params.replace_cc_input_source: expected a table of rates: the mean-field theory "
        "covers iaf_psc_exp neurons only"
    ]


def test_spike_into_an_area_that_is_left_out(problems):
    text = """net_params = {"areas_simulated": "cuneus", "replace_non_simulated_areas": "nothing",
    "single_spike": {("fusiform", "IV", "E"): 600.0}}"""
    assert problems(text) == [
        "net_params.single_spike: 'fusiform' is not one of net_params.areas_simulated"
    ]


# ------------------------------------------------------------------------------------ identity


def macaque(load, text, name="one.py"):
    return load("model = 'macaque'; " + text, name)[0]


def test_modes_that_are_not_used_change_no_hash(load):
    plain = macaque(load, "net_params = {}")
    same = macaque(
        load,
        "net_params = {'areas_simulated': [], 'replace_non_simulated_areas': None, "
        "'replace_cc': False, 'dc_stimulus': {}}; sim_params = {'areas_recorded': None, "
        "'rec_start': 0.0, 'rec_V_stop': None}",
    )
    assert same.analysis_folder == plain.analysis_folder
    for key in ("areas_simulated", "replace_cc", "dc_stimulus"):
        assert key not in plain.network.identity
    assert "areas_recorded" not in plain.simulation.identity


def test_modes_belong_to_the_identity(load):
    one = macaque(load, f"net_params = {{{SUBSET}}}")
    plain = macaque(load, "net_params = {}")
    assert one.network_hash != plain.network_hash
    assert one.whole_hash == plain.network_hash == plain.whole_hash
    assert one.full_scale_hash == one.network_hash
    two = "'areas_simulated': [%s], 'replace_non_simulated_areas': 'nothing'"
    orders = [
        macaque(load, f"net_params = {{{two % names}}}").network_hash
        for names in ("'V1', 'FEF'", "'FEF', 'V1', 'V1'")
    ]
    assert orders[0] == orders[1]
    recorded = macaque(load, "sim_params = {'areas_recorded': ['V1']}")
    assert recorded.simulation_hash != plain.simulation_hash
    assert recorded.network_hash == plain.network_hash


def test_workflow_asks_for_the_rates_of_the_whole_network(write_experiment):
    """V1, scaled down: full-scale V1 for the scaling, the whole network for its input."""
    from types import SimpleNamespace

    from multiarea.workflow.rules import Workflow

    text = f"model = 'macaque'; net_params = {{{SUBSET}, 'N_scaling': 0.01, 'K_scaling': 0.2}}"
    flow = Workflow({"experiments": str(write_experiment(text))})
    (experiment,) = flow.experiments.values()
    own, full, whole = (
        flow.network_inputs(SimpleNamespace(net=name))
        for name in (experiment.network_hash, experiment.full_scale_hash, experiment.whole_hash)
    )
    assert own["rates"] == [f"out/{experiment.full_scale_hash}/theory/rates.csv"]
    assert own["source_rates"] == [f"out/{experiment.whole_hash}/theory/rates.csv"]
    assert full["source_rates"] == own["source_rates"] and "rates" not in full
    assert set(whole) == {"tables"}
