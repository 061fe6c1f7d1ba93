"""Specification, section 5: down-scaling, by hand and by plain sums over the real tables."""

import logging

import numpy as np
import pandas as pd
import pytest

from multiarea.build import operations, scaling
from multiarea.build.pipeline import build_network as build_scaled
from multiarea.build.rates import rates_of
from multiarea.errors import InputError
from multiarea.models.human import Parameters, build_network
from multiarea.network.network import LEVELS, POPULATION_COLUMNS, Network
from multiarea.network.stimuli import SpikeInput
from multiarea.parameters import NetworkParameters
from multiarea.theory import stationary_rates

K = 0.25


def scaled(network, rates=None, **options):
    return scaling.downscale(network, NetworkParameters(**options), rates)


@pytest.fixture(scope="module")
def rates(human_network, checkout):
    """Rates of the full-scale network [spikes/s]."""
    return rates_of(human_network, checkout / "simulated_data/base_theory_rates.csv")


def moments(network, rates):
    """Mean and variance of the input [mV, mV^2] as sums over sources, the external one and DC."""
    table = network.populations
    tau_m, C_m = (table[name].to_numpy() for name in ("tau_m", "C_m"))
    tau_ex, tau_in = (table[name].to_numpy() for name in ("tau_syn_ex", "tau_syn_in"))
    indegree = network.synapses / network.n_neurons[:, None]
    tau_syn = np.where(network.weight > 0, tau_ex[:, None], tau_in[:, None])
    psp = network.weight * tau_syn / C_m[:, None]
    external = table["n_synapses_external"].to_numpy() / network.n_neurons
    psp_ext = table["weight_ext"].to_numpy() * tau_ex / C_m
    rate_ext = table["rate_ext"].to_numpy()
    per_ms = tau_m / 1e3
    mean = per_ms * ((psp * indegree) @ rates + psp_ext * external * rate_ext)
    variance = per_ms * ((psp**2 * indegree) @ rates + psp_ext**2 * external * rate_ext)
    return mean + table["i_dc"].to_numpy() * tau_m / C_m, variance


# ---------------------------------------------------------------------------------- by hand


@pytest.fixture
def toy():
    """100 E and 50 I neurons; C_m 200 and 100 pF, tau_m 10 and 20 ms, tau_syn 2 (E), 5 (I) ms."""
    index = pd.MultiIndex.from_tuples([("A", "IV", "E"), ("A", "IV", "I")], names=LEVELS)
    table = pd.DataFrame({name: [0.0, 0.0] for name in POPULATION_COLUMNS}, index).assign(
        n_neurons=[100, 50],
        n_synapses_external=[20000, 5000],
        rate_ext=[8.0, 10.0],
        weight_ext=[50.0, 20.0],
        weight_ext_sd=[5.0, 2.0],
        neuron_model="iaf_psc_exp",
        C_m=[200.0, 100.0],
        tau_m=[10.0, 20.0],
        tau_syn_ex=2.0,
        tau_syn_in=5.0,
    )
    weight = np.array([[40.0, -160.0], [20.0, -80.0]])
    return Network(
        populations=table,
        synapses=np.array([[4000, 1000], [3000, 501]]),
        weight=weight,
        weight_sd=0.1 * np.abs(weight),
        delay=np.ones((2, 2)),
        delay_sd=np.ones((2, 2)) / 2,
        areas=pd.DataFrame(index=pd.Index(["A"], name="area")),
        extra_inputs=(SpikeInput(("A", "IV", "I"), (5.0,), 1000.0),),
    )


TOY_RATES = np.array([2.0, 5.0])


def test_sqrt_by_hand(toy):
    network = scaled(toy, TOY_RATES, N_scaling=0.5, K_scaling=K, scaling_type="sqrt")
    assert network.n_neurons.tolist() == [50, 25]
    # 0.125 x (4000, 1000; 3000, 501) = 500, 125; 375, 62.625.
    assert network.synapses.tolist() == [[500, 125], [375, 63]]
    assert network.populations["n_synapses_external"].tolist() == [2500, 625]
    assert network.weight.tolist() == [[80, -320], [40, -160]]
    assert network.weight_sd.tolist() == [[8, 32], [4, 16]]
    assert network.populations["weight_ext"].tolist() == [100, 40]
    assert network.populations["weight_ext_sd"].tolist() == [10, 4]
    # J = 0.4, -4, ext 0.5 mV; K = 40, 10, ext 200; tau_m 10 ms:
    # 0.01 (0.4 40 2 - 4 10 5 + 0.5 200 8) = 6.32 mV; half of it x 20 pA/mV.
    # J = 0.4, -4, ext 0.4 mV; K = 60, 10.02, ext 100; tau_m 20 ms:
    # 0.02 (0.4 60 2 - 4 10.02 5 + 0.4 100 10) = 4.952 mV; half of it x 5 pA/mV.
    assert network.populations["i_dc"].tolist() == pytest.approx([63.2, 12.38])
    unchanged = ["rate_ext", "C_m", "tau_m", "neuron_model"]
    assert network.populations[unchanged].equals(toy.populations[unchanged])
    assert (network.delay == toy.delay).all()
    assert network.extra_inputs == (SpikeInput(("A", "IV", "I"), (5.0,), 2000.0),)


def test_linear_by_hand(toy):
    network = scaled(toy, N_scaling=0.5, K_scaling=K)
    assert network.synapses.tolist() == [[500, 125], [375, 63]]
    assert network.weight.tolist() == [[160, -640], [80, -320]]
    assert network.weight_sd.tolist() == [[16, 64], [8, 32]]
    assert network.populations["weight_ext"].tolist() == [200, 80]
    assert network.populations["i_dc"].tolist() == [0, 0]
    assert [extra.weight for extra in network.extra_inputs] == [4000.0]


def test_currents_add_up(toy):
    driven = operations.add_current(toy, np.array([10.0, -5.0]))
    network = scaled(driven, TOY_RATES, K_scaling=K, scaling_type="sqrt")
    assert network.populations["i_dc"].tolist() == pytest.approx([73.2, 7.38])


def test_transmission_counts(toy):
    """Half of the recurrent spikes: 0.01 (0.5 (32 - 200) + 800) = 7.16 mV."""
    rules = toy.rules.__class__(p_transmit=0.5)
    current = scaling.compensating_current(toy.replace(rules=rules), K, TOY_RATES)
    assert current[0] == pytest.approx(0.5 * 20 * 7.16)


@pytest.mark.parametrize("scaling_type", ["sqrt", "linear"])
def test_only_neurons(toy, scaling_type):
    network = scaled(toy, N_scaling=0.1, scaling_type=scaling_type)
    assert network.n_neurons.tolist() == [10, 5]
    assert network.synapses.tolist() == [[400, 100], [300, 50]]
    assert (network.weight == toy.weight).all() and (network.populations["i_dc"] == 0).all()


def test_only_indegrees(toy):
    network = scaled(toy, TOY_RATES, K_scaling=K, scaling_type="sqrt")
    assert network.n_neurons.tolist() == [100, 50]
    assert network.synapses.tolist() == [[1000, 250], [750, 125]]
    assert network.indegree[0].tolist() == [10, 2.5]


def test_full_scale_is_left_alone(toy):
    assert scaled(toy) is toy
    assert scaled(toy, TOY_RATES, scaling_type="sqrt") is toy


def test_halves_are_rounded_to_even(toy):
    # 0.5 x (3000, 501) and 0.5 x 50 x 0.1 = 2.5 neurons.
    assert scaled(toy, K_scaling=0.5).synapses[1].tolist() == [1500, 250]
    assert scaled(toy, N_scaling=0.05).n_neurons.tolist() == [5, 2]


def test_populations_without_neurons_vanish_and_are_named(toy, caplog):
    # 0.5 and 0.25 neurons round to 0; 0.006: 0.6 and 0.3.
    with pytest.raises(InputError, match="net_params.N_scaling: no population keeps a neuron"):
        scaled(toy, N_scaling=0.005)
    with caplog.at_level(logging.WARNING):
        network = scaled(toy, N_scaling=0.006)
    assert network.labels == ["A|IV|E"] and network.synapses.tolist() == [[24]]
    assert network.extra_inputs == ()
    assert caplog.messages == ["1 populations round to 0 neurons and are left out: A|IV|I"]


def test_sqrt_needs_rates(toy):
    with pytest.raises(InputError, match="needs the rates of the full-scale network"):
        scaled(toy, K_scaling=0.5, scaling_type="sqrt")


# ------------------------------------------------------------------------------ the real tables


def test_default_drive_is_near_threshold(human_network, rates):
    """17.57 mV on average at full scale: the number in the list of published defects."""
    assert moments(human_network, rates)[0].mean() == pytest.approx(17.57, abs=0.01)


#: N_scaling, K_scaling, tolerance: the rounding of neurons (of 400 at least) limits the agreement.
SIZES = [(1.0, 0.3, 2e-6), (1.0, 0.05, 1e-5), (0.5, 0.3, 3e-3), (0.3, 1.0, 3e-3)]


@pytest.mark.parametrize(("n", "k", "tolerance"), SIZES)
def test_sqrt_preserves_mean_and_variance(human_network, rates, n, k, tolerance):
    small = scaled(human_network, rates, N_scaling=n, K_scaling=k, scaling_type="sqrt")
    for found, expected in zip(moments(small, rates), moments(human_network, rates), strict=True):
        assert found == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize(("n", "k", "tolerance"), SIZES)
def test_linear_preserves_the_mean_and_amplifies_the_variance(
    human_network, rates, n, k, tolerance
):
    small = scaled(human_network, N_scaling=n, K_scaling=k)
    full = moments(human_network, rates)
    mean, variance = moments(small, rates)
    assert mean == pytest.approx(full[0], rel=tolerance)
    assert variance == pytest.approx(full[1] / k, rel=tolerance)
    assert (small.populations["i_dc"] == 0).all()


def test_numbers_of_the_default_experiment(human_network, rates):
    """N = 0.004, K = 0.05: 8.6 million synapses (specification, section 5)."""
    small = scaled(human_network, rates, N_scaling=0.004, K_scaling=0.05, scaling_type="sqrt")
    assert small.synapses.sum() == pytest.approx(0.0002 * 42_778_075_138, rel=2e-3)
    assert small.n_neurons.sum() == pytest.approx(0.004 * 3_468_839, abs=130)
    assert (np.abs(small.n_neurons - 0.004 * human_network.n_neurons) <= 0.5 + 1e-6).all()
    exact = 0.0002 * human_network.synapses
    assert (np.abs(small.synapses - exact) <= 0.5 + 1e-6).all()


@pytest.mark.parametrize(("n", "k", "tolerance"), [(1.0, 0.1, 1e-4), (0.5, 0.2, 1.5e-2)])
def test_mean_field_rates_are_those_of_the_full_network(human_network, n, k, tolerance):
    """The check that the published code fails: 'sqrt' does not move the fixed point."""
    full = stationary_rates(human_network).rates
    small = scaled(human_network, full, N_scaling=n, K_scaling=k, scaling_type="sqrt")
    assert stationary_rates(small).rates == pytest.approx(full, rel=tolerance)


def test_own_rates_are_those_of_the_theory(human_network, rates):
    own = rates_of(human_network)
    assert own == pytest.approx(rates, rel=4e-5)
    table = "simulated_data/base_theory_rates.csv"
    small = {"N_scaling": 0.1, "K_scaling": 0.2, "scaling_type": "sqrt"}
    by_file = build_scaled("human", Parameters(**small, fullscale_rates=table))
    by_hand = scaled(human_network, rates, **small)
    assert by_file.populations.equals(by_hand.populations)
    assert (by_file.synapses == by_hand.synapses).all()


def test_rates_of_another_network(human_network, tmp_path):
    table = human_network.populations.index.to_frame(index=False).assign(rate=1.0)
    table[table["area"] != "insula"].to_csv(tmp_path / "rates.csv", index=False)
    with pytest.raises(
        InputError, match=r"no rate for 8 populations, the first: insula\|II/III\|E"
    ):
        rates_of(human_network, tmp_path / "rates.csv")


def test_extra_spikes_scale_like_the_external_weight():
    target = ("cuneus", "IV", "E")
    full = build_network(Parameters(single_spike={target: 500.0}))
    small = scaled(full, N_scaling=0.01, K_scaling=0.1)
    per_synapse = [
        network.extra_inputs[0].weight / network.populations.loc[target, "weight_ext"]
        for network in (full, small)
    ]
    assert per_synapse[1] == pytest.approx(per_synapse[0])
    assert small.extra_inputs[0].times == (500.0,)
