"""The page on neurons and synapses: its experiments are loaded, built, and one is simulated."""

import re

import numpy as np
import pytest

from multiarea.build.pipeline import build_network
from multiarea.models import get_model
from multiarea.simulation import simulate
from multiarea.spikes.store import Spikes

PAGE = "docs/how-to/neurons_and_synapses.md"
NEURON = "'E_L': -70., 'V_th': -50., 'C_m': 220., 't_ref': 2., 'tau_syn_ex': 2., 'tau_syn_in': 2."
AEIF = f"'neuron_model_E': 'aeif_psc_exp', 'neuron_params_E': {{{NEURON}, 'g_L': 22."
ALPHA = "'neuron_model': 'iaf_psc_alpha', 'params': {'E_L': -65., 'C_m': 250."
OTHER = f"'neuron_model': 'aeif_psc_exp', 'params': {{{NEURON}, 'g_L': 22.}}"
FITS = "aeif_psc_alpha, aeif_psc_exp, amat2_psc_exp, gif_psc_exp, glif_psc, iaf_psc_alpha"
#: What is written in net_params -> the message's beginning.
CASES = {
    f"{AEIF}, 'tau_ww': 3.}}": (
        ".neuron_params_E.tau_ww: aeif_psc_exp of NEST has no such parameter. Did you mean 'tau_w'?"
    ),
    f"{AEIF}, 'V_peak': -90.}}": (
        ".neuron_params_E: NEST refuses the parameters of aeif_psc_exp: Setting status of model"
    ),
    f"{AEIF}, 'I_e': 9.}}": ".neuron_params_E.I_e: constant currents are those of dc_stimulus",
    f"{AEIF}, 'a': 'x'}}": (
        ": neuron_params_E: a: expected a number, or a list of numbers, got 'x'"
    ),
    "'neuron_model_E': 'aeif_psc_exp', 'neuron_params_E': {'V_th': -50.}": (
        ": neuron_params_E: aeif_psc_exp needs 'E_L', 'C_m', 't_ref', 'tau_syn_ex', 'tau_syn_in', "
        "'tau_m' or 'g_L' or 'g'"
    ),
    f"{AEIF}}}".replace("aeif_psc", "aeif_cond"): (
        ".neuron_model_E: 'aeif_cond_exp' of NEST does not fit: its synapses are conductances, and "
        f"the weights of this network are currents in pA. Models that fit: {FITS}"
    ),
    f"{AEIF}}}".replace("psc_exp", "psc_delta"): (
        ".neuron_model_E: 'aeif_psc_delta' of NEST does not fit: its synapses are not two kinds"
    ),
    f"{AEIF}}}".replace("psc_exp", "psc_ex"): (
        ".neuron_model_E: NEST has no neuron model 'aeif_psc_ex'. Did you mean 'aeif_psc_exp'?"
    ),
    f"{AEIF}}}, 'scaling_type': 'sqrt', 'K_scaling': 0.5": (
        ".fullscale_rates: expected a table of rates: scaling_type 'sqrt' needs the rates"
    ),
    f"{AEIF}, 'V_reset': -60.}}, 'neuron_param_dist_E': {{'tau_m': {{'rel_sd': 0.1}}}}": (
        ": neuron_params_E: aeif_psc_exp has no tau_m whose values could differ between neurons"
    ),
    "'neuron_types': [{'areas': 'cuneus', 'params': {'V_t': -51.}}]": (
        ".neuron_types[0].params.V_t: unknown key. Did you mean 'V_th'?"
    ),
    "'neuron_types': [{'areas': 'cuneu', 'params': {'V_th': -51.}}]": (
        ".neuron_types[0].areas: unknown area 'cuneu'. Did you mean 'cuneus'?"
    ),
    "'neuron_types': [{'params': {'V_th': -75.}}]": (
        ".neuron_types[0].params: the threshold must lie above E_L"
    ),
    "'neuron_types': [{'params': {}}]": (
        ".neuron_types[0]: params: expected at least one parameter"
    ),
    "'neuron_types': [{'params': {'V_th': 'x'}}]": (
        ".neuron_types[0]: params.V_th: expected a number, or a list of numbers, got 'x'"
    ),
    "'neuron_types': [{'areas': 'cuneus'}]": ".neuron_types[0]: params is missing",
    f"{AEIF}}}, 'neuron_types': [{{'populations': 'E', 'params': {{'V_th': [-50.]}}}}]": (
        ".neuron_types[0].params: V_th: expected a number, got [-50.0]"
    ),
    f"{AEIF}, 'C_m': []}}": ": neuron_params_E: C_m: expected a number, got []",
    f"{AEIF}, 'tau_syn_in': True}}": ": neuron_params_E: tau_syn_in: expected a number, got True",
    f"{AEIF}, 'a': {10**400}}}": (
        ": neuron_params_E: a: expected a number, or a list of numbers, got 1000"
    ),
    f"'neuron_param_dist_E': {{'tau_m': {{'rel_sd': 0.1}}}}, 'neuron_types': [{{{OTHER}}}]": (
        ".neuron_types[0].params: aeif_psc_exp has no tau_m whose values could differ"
    ),
    "'neuron_types': [{'share': 1.5, 'params': {'V_th': -51.}}]": (
        ".neuron_types[0].share: expected a value <= 1, got 1.5 (float)"
    ),
    f"'neuron_types': [{{{ALPHA}}}}}]": (
        ".neuron_types[0].params: iaf_psc_alpha needs 't_ref', 'tau_syn_ex', 'tau_syn_in', 'omega'"
    ),
    "'connection_params': {'weight_distribution': 'lognorm'}": (
        ".connection_params.weight_distribution: expected 'normal_clipped', 'normal_redrawn' or "
        "'lognormal', got 'lognorm' (str). Did you mean 'lognormal'?"
    ),
}


@pytest.mark.parametrize("text", list(CASES))
def test_message(text, problems):
    pytest.importorskip("nest")
    (told,) = problems(f"net_params = {{{text}}}")
    assert told.startswith(f"net_params{CASES[text]}")


def test_each_kind_of_neurons_is_asked_anew(load):
    """What NEST was told of one kind does not count for the next one of the same model."""
    pytest.importorskip("nest")
    rest = "'tau_m': 10., 't_ref': 2., 'tau_syn_ex': 1., 'tau_syn_in': 1."
    ends = {"E": "'V_th': -40., 'V_reset': -45.", "I": "'V_th': -50."}
    types = [f"{{'populations': '{kind}', {ALPHA}, {rest}, {end}}}}}" for kind, end in ends.items()]
    (one,) = load(f"net_params = {{'neuron_types': [{', '.join(types)}]}}")
    assert len(one.network.neuron_types) == 2


def test_the_procedural_simulator_refuses_other_neurons_at_once(load, problems):
    text = "net_params = {'neuron_types': [{'share': %s, 'params': {'V_th': -51.}}]}\n"
    text += "sim_params = {'simulator': 'procedural'}"
    (told,) = problems(text % 0.3)
    assert told.startswith("sim_params.simulator: expected 'nest': 'procedural' has iaf_psc_exp")
    assert load(text % 1.0)[0].network.has_theory


@pytest.fixture(scope="module")
def blocks(checkout):
    """Return the four pieces of code of the page."""
    found = re.findall(r"```python\n(.*?)```", (checkout / PAGE).read_text("utf-8"), re.S)
    assert len(found) == 4
    return dict(zip(("model", "types", "share", "lognormal"), found, strict=True))


def built(text, load):
    (one,) = load(text)
    return one, build_network(one.model, one.network)


def test_another_model_is_built(blocks, load):
    pytest.importorskip("nest")
    one, network = built(blocks["model"], load)
    models = network.populations["neuron_model"].groupby(level="population").unique()
    assert {name: list(kinds) for name, kinds in models.items()} == {
        "E": ["aeif_psc_exp"],
        "I": ["iaf_psc_exp"],
    }
    assert not one.network.has_theory


def test_neurons_that_differ(blocks, load):
    _, network = built(blocks["types"], load)
    table = network.populations
    areas, layers, kinds = (table.index.get_level_values(i) for i in range(3))
    assert (table["tau_m"] == np.where(areas.isin(["V1", "V2"]), 12.0, 10.0)).all()
    chosen = (layers == "IV") & (kinds == "I")
    assert (table["V_th"] == np.where(chosen, -52.0, -50.0)).all()
    assert (table["t_ref"] == np.where(chosen, 1.0, 2.0)).all()


def test_two_kinds_of_interneurons(blocks, load, tmp_path):
    pytest.importorskip("nest")
    one, network = built(blocks["share"], load)
    path = tmp_path / "spikes.h5"
    simulate(network, one.simulation, virtual_processes=1, spikes_path=path)
    with Spikes(path) as spikes:
        counts = {key: trains.counts for key, trains in spikes.items()}
    rates = {True: [], False: []}
    for (_, _, kind), some in counts.items():
        if kind == "I":
            n_other = round(0.3 * len(some))
            rates[True].extend(some[len(some) - n_other :])
            rates[False].extend(some[: len(some) - n_other])
    assert 0 < np.mean(rates[True]) < 0.8 * np.mean(rates[False])  # those that adapt


def test_lognormal_weights_are_chosen(blocks, load):
    _, network = built(blocks["lognormal"], load)
    assert network.rules.weight_distribution == "lognormal"
    np.testing.assert_allclose(network.weight_sd, 0.5 * np.abs(network.weight))


@pytest.mark.parametrize("model", ["human", "macaque"])
def test_the_new_keys_change_no_hash(model):
    """Defaults may be written out or left out; other values have hashes of their own."""
    kind = get_model(model).Parameters
    default = kind()
    chosen = default.connection_params.weight_distribution
    same = kind(connection_params={"weight_distribution": chosen}, neuron_types=())
    assert same.identity == default.identity
    assert "weight_distribution" not in default.identity["connection_params"]
    other = kind(connection_params={"weight_distribution": "lognormal"})
    assert other.identity["connection_params"]["weight_distribution"] == "lognormal"
