"""The microcircuit: specification's table, down-scaling, and a run against published rates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from multiarea.build import pipeline
from multiarea.errors import InputError
from multiarea.experiment.loading import load_experiments
from multiarea.models.microcircuit import Parameters, build_network, source_files, synapse_numbers
from multiarea.parameters import SimulationParameters
from multiarea.spikes.store import Spikes
from multiarea.theory import stationary_rates

E23, I23, E4 = ("cortex|II/III|E", "cortex|II/III|I", "cortex|IV|E")


def entry(network, matrix, target, source):
    labels = network.labels
    return getattr(network, matrix)[labels.index(target), labels.index(source)]


@pytest.fixture(scope="module")
def network():
    return build_network(Parameters())


@pytest.fixture(scope="module")
def reference(checkout):
    path = checkout / "experimental_data" / "potjans_diesmann" / "reference_rates.csv"
    return pd.read_csv(path, index_col=["layer", "population"])


def test_totals(network):
    assert list(network.n_neurons) == [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948]
    assert network.n_neurons.sum() == 77_169
    assert network.synapses.sum() == 298_880_968
    assert list(network.indegree_external) == [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]


def test_synapse_numbers_by_hand():
    # ln(0.5)/ln(1 - 1/6) = 3.80; ln(0.9)/ln(1 - 1/4) = 0.37
    n_neurons = np.array([3, 2])
    numbers = synapse_numbers(np.array([[0.0, 0.5], [0.5, 0.1]]), n_neurons, n_neurons)
    assert numbers.tolist() == [[0, 4], [4, 0]]


def test_weights_and_delays(network):
    assert entry(network, "weight", E23, E23) == pytest.approx(87.808494, abs=1e-6)
    assert entry(network, "weight", E23, I23) == pytest.approx(-351.234, abs=1e-3)
    assert entry(network, "weight", E23, E4) == pytest.approx(2 * 87.808494, abs=2e-6)
    assert entry(network, "weight", I23, E4) == pytest.approx(87.808494, abs=1e-6)
    assert np.allclose(network.weight_sd, 0.1 * np.abs(network.weight))
    assert entry(network, "delay", E23, E23) == 1.5 and entry(network, "delay", E23, I23) == 0.75
    assert np.allclose(network.delay_sd, 0.5 * network.delay)
    assert network.rules.weight_distribution == network.rules.delay_distribution == "normal_redrawn"


def test_poisson_drive_and_constant_current(network):
    table = network.populations
    assert (table["rate_ext"] == 8).all() and (table["i_dc"] == 0).all()
    assert table["weight_ext"].to_numpy() == pytest.approx(87.808494, abs=1e-6)
    constant = build_network(Parameters(input_params={"poisson_input": False})).populations
    # 8 spikes/s x 1600 x 87.808494 pA x 0.5 ms
    assert constant["i_dc"].iloc[0] == pytest.approx(561.974, abs=1e-3)
    assert (constant["rate_ext"] == 0).all()


def test_initial_potentials(network):
    first = network.populations.iloc[0]
    assert (first["V0_mean"], first["V0_sd"]) == (-68.28, 5.36)
    original = build_network(Parameters(V0_type="original")).populations
    assert (original["V0_mean"] == -58).all() and (original["V0_sd"] == 10).all()


def test_mean_field_rates(network, reference):
    rates = stationary_rates(network).rates
    assert rates == pytest.approx(reference["mean_field"].to_numpy(), abs=6e-4)


def test_scaling_keeps_the_stationary_rates(network):
    small = pipeline.build_network("microcircuit", Parameters(N_scaling=0.1, K_scaling=0.1))
    assert small.n_neurons.sum() == 7717
    assert small.synapses.sum() == pytest.approx(0.01 * network.synapses.sum(), rel=1e-5)
    full, scaled = stationary_rates(network).rates, stationary_rates(small).rates
    # numbers are rounded: 106 instead of 106.5 neurons of V|I
    assert scaled == pytest.approx(full, rel=0.015)


def test_source_files_exist():
    thalamus = Parameters(thalamic_input={"times": [700.0]})
    assert all(path.is_file() for path in source_files(thalamus))
    assert len(source_files(Parameters())) == len(source_files(thalamus)) - 1


def test_thalamic_input():
    """Onto IV E: ln(1 - 0.0983)/ln(1 - 1/(902 x 21915)) = 2 045 393 synapses, 93 per neuron."""
    network = build_network(Parameters(thalamic_input={"times": [700.0, 900.0]}))
    (thalamus,) = network.extra_inputs
    assert (thalamus.n_neurons, thalamus.rate) == (902, 120.0)
    assert thalamus.pulses == ((700.0, 710.0), (900.0, 910.0))
    found = {one.target[1:]: one for one in thalamus.projections}
    assert set(found) == {("IV", "E"), ("IV", "I"), ("VI", "E"), ("VI", "I")}
    onto = found["IV", "E"]
    assert onto.synapses == pytest.approx(2_045_393, abs=1)
    assert (onto.weight, onto.weight_sd) == pytest.approx((87.808494, 8.7808494), abs=1e-6)
    assert (onto.delay, onto.delay_sd) == (1.5, 0.75)
    assert stationary_rates(network).rates == pytest.approx(
        stationary_rates(build_network(Parameters())).rates
    ), "pulses are no part of the stationary state"


def test_hash_of_a_network_without_thalamus():
    assert "thalamic_input" not in Parameters().identity
    assert "thalamic_input" in Parameters(thalamic_input={"times": [700.0]}).identity


def test_threshold_below_rest_is_refused(load):
    with pytest.raises(InputError, match="the threshold must lie above E_L"):
        load(
            'model = "microcircuit"\n'
            "net_params = {'neuron_params': {'E_L': -65.0, 'V_th': -70.0, 'V_reset': -80.0, "
            "'C_m': 250.0, 'tau_m': 10.0, 'tau_syn_ex': 0.5, 'tau_syn_in': 0.5, 't_ref': 2.0}}"
        )


def test_shipped_experiments(checkout):
    files = ["microcircuit_downscaled.py", "full_scale/microcircuit.py"]
    experiments = load_experiments([checkout / "experiments" / file for file in files])
    assert [experiment.model for experiment in experiments] == ["microcircuit"] * 2
    assert experiments[0].full_scale_hash == experiments[1].network_hash


def simulated_rates(parameters, folder, seed):
    from multiarea.simulation import simulate

    network = pipeline.build_network("microcircuit", parameters)
    path = folder / f"{seed}.h5"
    settings = SimulationParameters(t_sim=600.0, master_seed=seed)
    simulate(network, settings, virtual_processes=2, spikes_path=path)
    with Spikes(path) as spikes:
        trains = [spikes.trains(key) for key in network.populations.index]
        counts = [np.count_nonzero(np.asarray(train.times) > 100) for train in trains]
    return np.array(counts) / network.n_neurons / 0.5


def test_tenth_of_the_network_fires_like_the_whole(reference, tmp_path):
    # large weights cost a tenth of the rates: the simulated ones are about 0.91 of the theory
    rates = simulated_rates(Parameters(N_scaling=0.1, K_scaling=0.1), tmp_path, 55)
    published = reference["nest_3"].to_numpy()
    assert rates == pytest.approx(published, rel=0.25, abs=0.35)
    assert np.corrcoef(rates, published)[0, 1] > 0.98
