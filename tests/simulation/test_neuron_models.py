"""Other neuron models of NEST, neurons that differ, lognormal weights: built and simulated."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from multiarea.build.neuron_types import with_neuron_types
from multiarea.build.pipeline import build_network
from multiarea.errors import InputError
from multiarea.experiment.nest_models import problems_of_neurons
from multiarea.models import human, macaque, microcircuit
from multiarea.network.network import ConnectionRules, load_network, save_network
from multiarea.network.neurons import neuron_columns, psc_per_psp
from multiarea.network.stimuli import PoissonInput, PulsedPoisson, SpikeInput
from multiarea.network.synapses import alpha_psc_over_psp
from multiarea.parameters import NestNeuron, SimulationParameters
from multiarea.simulation import simulate
from multiarea.spikes.store import Spikes
from multiarea.theory import stationary_rates
from multiarea.theory.transfer import mean_input

nest = pytest.importorskip("nest")

COMMON = {"E_L": -65.0, "V_th": -50.0, "C_m": 250.0, "t_ref": 2.0}
EXPONENTIAL = COMMON | {"V_reset": -65.0, "tau_syn_ex": 0.5, "tau_syn_in": 0.5}
MAT2 = {"E_L": -65.0, "omega": -50.0, "C_m": 250.0, "t_ref": 2.0, "tau_m": 10.0}
MODELS = {
    "iaf_psc_alpha": EXPONENTIAL | {"tau_m": 10.0},
    "aeif_psc_exp": EXPONENTIAL
    | {"g_L": 25.0, "a": 1.0, "b": 20.0, "tau_w": 100.0, "Delta_T": 1.0, "V_peak": 0.0},
    "mat2_psc_exp": MAT2 | {"tau_syn_ex": 0.5, "tau_syn_in": 0.5, "alpha_1": 20.0, "alpha_2": 2.0},
    "glif_psc": COMMON | {"V_reset": -65.0, "g": 25.0, "tau_syn": [0.5, 0.5]},
}


def neuron_of(model, **changes):
    return NestNeuron(**{**MODELS[model], **changes})


def of_model(network, model, **changes):
    """The network with neurons of another model."""
    columns = neuron_columns(model, neuron_of(model, **changes))
    return network.replace(populations=network.populations.assign(**columns))


def spikes_of(network, folder, **options):
    simulation = SimulationParameters(**{"t_sim": 250.0, "master_seed": 3, **options})
    path = folder / "spikes.h5"
    path.unlink(missing_ok=True)
    simulate(network, simulation, virtual_processes=1, spikes_path=path)
    with Spikes(path) as spikes:
        return {key: trains.counts for key, trains in spikes.items()}


@pytest.mark.parametrize("model", list(MODELS))
def test_peak_of_the_potential(network, model):
    """A spike with the weight of a PSP of 0.5 mV evokes one of that size in NEST, either sign."""
    from multiarea.simulation.nest.connections import connect
    from multiarea.simulation.nest.neurons import build

    for sign, kind in ((1, "ex"), (-1, "in")):
        changes = {"a": 0.0, "Delta_T": 0.2, "V_peak": -45.0} if model == "aeif_psc_exp" else {}
        slow = (
            {"tau_syn": [2.0, 4.0]}
            if model == "glif_psc"
            else {"tau_syn_ex": 2.0, "tau_syn_in": 4.0}
        )
        base = of_model(network(), model, **changes, **slow)
        weight = sign * 0.5 * float(psc_per_psp(base.populations.iloc[0].to_dict(), kind))
        target = base.populations.index[0]
        base = base.replace(extra_inputs=(SpikeInput(target, (5.0,), weight, n_targets=1),))
        simulation = SimulationParameters(V0_mean=-65.0, V0_sd=0.0, sim_resolution=0.1)
        populations = build(base, simulation, 1)
        connect(base, simulation, populations)
        meter = nest.Create("multimeter", {"record_from": ["V_m"], "interval": 0.1})
        nest.Connect(meter, populations.nodes[0][:1])
        nest.Simulate(60.0)
        change = np.asarray(meter.events["V_m"]) + 65.0
        assert sign * change[np.abs(change).argmax()] == pytest.approx(0.5, rel=2e-3)


def test_alpha_function_by_numbers():
    """The potential, integrated numerically; also for equal time constants."""
    for tau_m, tau_s in ((10.0, 0.5), (10.0, 10.0), (5.0, 9.0)):
        h, V = 1e-3, [0.0]
        times = np.arange(0, 60, h)
        for current in np.e * times / tau_s * np.exp(-times / tau_s):
            V.append(V[-1] + h * (current / 250.0 - V[-1] / tau_m))
        assert 1 / float(alpha_psc_over_psp(250.0, tau_m, tau_s)) == pytest.approx(max(V), rel=2e-3)


@pytest.mark.parametrize("model", list(MODELS))
def test_networks_of_other_models_are_active(active_network, tmp_path, model):
    """Networks fire, and constant currents and stimuli raise the rates; not with current alone."""
    base = of_model(active_network(), model)
    psp = 0.35 * float(psc_per_psp(base.populations.iloc[0].to_dict(), "ex"))
    base = base.replace(populations=base.populations.assign(weight_ext=psp))
    start = {"V0_mean": -58.0, "V0_sd": 5.0}
    counts = spikes_of(base, tmp_path, **start)
    assert all(some.sum() > 0 for some in counts.values())
    more = base.replace(populations=base.populations.assign(i_dc=600.0, rate_ext=0.0))
    driven = spikes_of(more, tmp_path, **start)
    none = base.replace(populations=base.populations.assign(rate_ext=0.0))
    silent = spikes_of(none, tmp_path, **start)
    assert sum(v.sum() for v in driven.values()) > 100 + sum(v.sum() for v in silent.values())
    target = base.populations.index[0]
    poisson = PoissonInput(target, 20000.0, psp)
    pulsed = PulsedPoisson(target, ((10.0, 240.0),), 1.0, 1, 20000.0, psp, 1.0)
    for extra in (poisson, pulsed):
        evoked = spikes_of(none.replace(extra_inputs=(extra,)), tmp_path, **start)
        assert evoked[target].sum() > 100 + silent[target].sum()


def test_adaptation_of_mat2_lowers_rates(active_network, tmp_path):
    rates = [
        sum(
            some.sum()
            for some in spikes_of(
                of_model(active_network(), "mat2_psc_exp", alpha_1=alpha, alpha_2=alpha / 4),
                tmp_path,
            ).values()
        )
        for alpha in (10.0, 200.0)
    ]
    assert 0 < rates[1] < 0.7 * rates[0]


@pytest.mark.parametrize("model", ["iaf_psc_alpha", "aeif_psc_exp", "mat2_psc_exp", "glif_psc"])
def test_potentials_are_recorded(active_network, tmp_path, model):
    recorded = {"rec_dev": ("spike_recorder", "voltmeter"), "t_sim": 50.0}
    simulation = SimulationParameters(**recorded, rec_V_start=1.0)
    network = of_model(active_network(), model)
    paths = {"spikes_path": tmp_path / "spikes.h5", "potentials_path": tmp_path / "v.h5"}
    simulate(network, simulation, virtual_processes=1, **paths)
    assert (tmp_path / "v.h5").stat().st_size > 0


def test_no_theory_and_no_procedural_simulation(active_network, tmp_path):
    network = of_model(active_network(), "aeif_psc_exp")
    with pytest.raises(InputError, match=r"A\|IV\|E has no neurons of the model iaf_psc_exp.*aeif"):
        stationary_rates(network)
    with pytest.raises(InputError, match=r"'aeif_psc_exp'.*'iaf_psc_exp' only.*'nest'"):
        spikes_of(network, tmp_path, simulator="procedural")


def test_mean_input_of_alpha_functions(active_network):
    """The charge of an alpha function is e times that of an exponential current of equal peak."""
    alpha = mean_input(of_model(active_network(), "iaf_psc_alpha"), np.ones(3))
    np.testing.assert_allclose(alpha, np.e * mean_input(active_network(), np.ones(3)))


def test_each_model_has_them(tmp_path):
    """Human with two models, macaque and microcircuit with one; the file of a network keeps it."""
    human_parameters = human.Parameters(
        neuron_model_E="aeif_psc_exp", neuron_params_E=MODELS["aeif_psc_exp"]
    )
    built = build_network("human", human_parameters)
    e, i = built.populations.iloc[0], built.populations.iloc[1]
    assert (e["neuron_model"], e["tau_m"]) == ("aeif_psc_exp", 10.0)
    assert json.loads(e["nest_params"])["b"] == 20.0
    assert (i["neuron_model"], i["nest_params"]) == ("iaf_psc_exp", "")
    save_network(built, tmp_path / "network.h5")
    loaded = load_network(tmp_path / "network.h5")
    assert loaded.populations["nest_params"].tolist() == built.populations["nest_params"].tolist()
    for model, module in (("macaque", macaque), ("microcircuit", microcircuit)):
        parameters = module.Parameters(
            neuron_model="glif_psc", neuron_params=MODELS["glif_psc"], scaling_type="linear"
        )
        assert not parameters.has_theory
        assert type(parameters).of_record(parameters.model_dump(mode="json")) == parameters
        network = build_network(model, parameters)
        assert set(network.populations["neuron_model"]) == {"glif_psc"}
        assert network.populations["tau_syn_ex"].iloc[0] == pytest.approx(np.e / 2)


def test_without_nest(monkeypatch):
    monkeypatch.setitem(sys.modules, "nest", None)
    network = SimpleNamespace(
        neurons={"": ("aeif_psc_exp", neuron_of("aeif_psc_exp"))}, neuron_types=()
    )
    (line,) = problems_of_neurons(network)
    assert line.startswith("net_params.neuron_model: NEST") and "not installed" in line


def varied(network, *types):
    """The test network as of a model with LIF neurons."""
    neuron = microcircuit.Parameters().neuron_params
    known = {"": ("iaf_psc_exp", neuron)}
    kinds = microcircuit.Parameters(neuron_types=types).neuron_types
    return with_neuron_types(network, SimpleNamespace(neurons=known, neuron_types=kinds))


def test_parameters_by_area_and_population():
    types = (
        {"areas": "V1", "params": {"V_th": -52.0}},
        {"areas": ["V1", "V2"], "layers": "IV", "populations": "I", "params": {"tau_m": 8.0}},
    )
    base, changed = (
        build_network("macaque", macaque.Parameters(neuron_types=some)).populations
        for some in ((), types)
    )
    lower = (changed["V_th"] == -52).to_numpy()
    assert np.array_equal(lower, base.index.get_level_values("area") == "V1")
    slow = changed.index[changed["tau_m"] == 8.0].tolist()
    assert slow == [("V1", "IV", "I"), ("V2", "IV", "I")]
    same = [name for name in base if name not in ("V_th", "tau_m")]
    assert changed[same].equals(base[same]) and "subtypes" not in changed


@pytest.mark.parametrize("simulator", ["nest", "procedural"])
def test_simulators_and_theory_follow(active_network, tmp_path, simulator):
    """With a lower threshold in one population it fires more; the theory says so, too."""
    base = active_network()
    lower = varied(base, {"areas": "B", "params": {"V_th": -55.0}})
    before, after = (
        spikes_of(some, tmp_path, simulator=simulator)[("B", "V", "E")].sum()
        for some in (base, lower)
    )
    assert after > 1.5 * before > 0
    assert stationary_rates(lower).rates[2] > 1.5 * stationary_rates(base).rates[2]


def test_a_share_of_the_neurons(active_network, tmp_path):
    """The last neurons of the population are of the other kind, also of another model."""
    base = active_network()
    high = {"areas": "B", "share": 0.5, "params": {"V_th": 100.0}}
    counts = spikes_of(varied(base, high), tmp_path)[("B", "V", "E")]
    assert counts[:15].sum() > 0 and counts[15:].sum() == 0
    other = {"neuron_model": "aeif_psc_exp", "params": MODELS["aeif_psc_exp"], "share": 0.2}
    network = varied(base, other)
    assert all(some.sum() > 0 for some in spikes_of(network, tmp_path).values())
    with pytest.raises(InputError, match=r"A\|IV\|E are of several kinds"):
        stationary_rates(network)
    with pytest.raises(InputError, match="several kinds.*leave the share out"):
        spikes_of(network, tmp_path, simulator="procedural")
    with pytest.raises(InputError, match=r"neuron_types\[1\]: share: .* exceed 1 together"):
        varied(base, {**other, "share": 0.6}, {**other, "share": 0.6})
    ports = {"neuron_model": "glif_psc", "params": MODELS["glif_psc"], "share": 0.2}
    with pytest.raises(InputError, match=r"neuron_types\[0\]: neurons of glif_psc"):
        varied(base, ports)
    with pytest.raises(InputError, match=r"neuron_types\[0\]: fits no population"):
        varied(base, {"areas": "B", "layers": "IV", "params": {"V_th": -51.0}})


def test_shares_that_are_all_neurons_are_as_many_as_there_are(network):
    """Two halves of three neurons are two and one."""
    from multiarea.simulation.nest.neurons import build

    half = [{"share": 0.5, "params": {"V_th": value}} for value in (-52.0, -48.0)]
    populations = build(varied(network({"n_neurons": [3, 1, 5]}), *half), SimulationParameters(), 1)
    assert [len(nodes) for nodes in populations.nodes] == [3, 1, 5]
    assert populations.nodes[0].get("V_th") == (-52.0, -52.0, -48.0)


@pytest.mark.parametrize("relative", [0.1, 0.5, 1.0])
def test_lognormal_weights_in_nest(network, relative):
    from multiarea.simulation.nest.connections import connect
    from multiarea.simulation.nest.neurons import build

    synapses = np.zeros((3, 3))
    synapses[0, :2] = 40_000
    weight = np.array([[90.0, -400.0, 1.0]] * 3)
    net = network(
        synapses=synapses,
        weight=weight,
        weight_sd=relative * np.abs(weight),
        rules=ConnectionRules(weight_distribution="lognormal"),
    )
    simulation = SimulationParameters()
    populations = build(net, simulation, 1)
    connect(net, simulation, populations)
    for source, mean in ((0, 90.0), (1, -400.0)):
        made = nest.GetConnections(populations.nodes[source], populations.nodes[0])
        drawn = np.array(made.weight) / mean
        assert drawn.min() > 0
        assert drawn.mean() == pytest.approx(1, abs=5 * relative / 200)
        log = np.log(drawn)
        assert log.std() == pytest.approx(np.sqrt(np.log1p(relative**2)), rel=0.02)
        assert abs(stats.skew(log)) < 0.06


@pytest.mark.parametrize("simulator", ["nest", "procedural"])
def test_lognormal_weights_run(active_network, tmp_path, simulator):
    rules = ConnectionRules(weight_distribution="lognormal")
    base = active_network(rules=rules)
    base = base.replace(weight_sd=0.4 * np.abs(base.weight))
    base = base.replace(populations=base.populations.assign(weight_ext_sd=20.0))
    counts = spikes_of(base, tmp_path, simulator=simulator)
    assert all(some.sum() > 0 for some in counts.values())
