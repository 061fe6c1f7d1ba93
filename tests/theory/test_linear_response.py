import re
import warnings

import numpy as np
import pandas as pd
import pytest

from multiarea.network.network import ConnectionRules
from multiarea.theory import gain_matrix, mean_field, stationary_rates, working_point
from multiarea.theory.linear_response import (
    cross_spectra,
    effective_connectivity,
    transfer_function,
)

FREQUENCIES = np.array([1.0, 20.0, 80.0, 300.0])


@pytest.fixture(scope="module")
def rates(microcircuit):
    return stationary_rates(microcircuit).rates


def from_nnmt(function, *arguments, **options):
    """The result of a function of nnmt, which warns of slow synapses."""
    from nnmt.lif import exp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(exp, function)(*arguments, **options)


def test_transfer_function_equals_nnmt_in_si_units(microcircuit, rates):
    field = mean_field(microcircuit)
    mu, sigma, tau_syn = working_point(microcircuit, rates)
    theirs = from_nnmt(
        "_transfer_function_shift",
        1e-3 * mu,
        1e-3 * sigma,
        1e-3 * field.tau_m,
        1e-3 * tau_syn[0],
        1e-3 * field.t_ref,
        1e-3 * field.V_th,
        1e-3 * field.V_reset,
        2 * np.pi * FREQUENCIES,
        synaptic_filter=False,
    )
    ours = transfer_function(field, rates, FREQUENCIES)
    assert ours == pytest.approx(1e-3 * theirs, rel=1e-6)


@pytest.mark.parametrize("mean_shift", [-12.0, -3.0, 4.0])
def test_transfer_function_of_silent_and_of_busy_neurons(make_network, mean_shift):
    """Drives from far below the threshold to above it."""
    network = make_network(
        [("A", "IV", "E")],
        [[0]],
        [[0]],
        indegree_external=1000,
        rate_ext=9.0,
        weight_ext=18.0,
        i_dc=20 * mean_shift,
    )
    field = mean_field(network)
    mu, sigma, tau_syn = (float(x[0]) for x in working_point(network, np.zeros(1)))
    theirs = from_nnmt(
        "_transfer_function_shift",
        *(1e-3 * x for x in (mu, sigma, 10.0, tau_syn, 2.0, 20.0, 0.0)),
        2 * np.pi * FREQUENCIES,
        synaptic_filter=False,
    )
    ours = transfer_function(field, np.zeros(1), FREQUENCIES)
    assert ours[:, 0] == pytest.approx(1e-3 * theirs.ravel(), rel=1e-5)


def test_slow_modulations_are_followed_as_the_stationary_rate_is(microcircuit, rates):
    """But for the refractory time, which the published response neglects."""
    field = mean_field(microcircuit)
    at_rest, slow = transfer_function(field, rates, np.array([0.0, 1e-3]))
    assert at_rest.imag == pytest.approx(0)
    assert slow.real * (1 - 1e-3 * rates * field.t_ref) == pytest.approx(at_rest.real, rel=1e-3)


def test_effective_connectivity_and_spectra_equal_nnmt(microcircuit, rates):
    field = mean_field(microcircuit)
    tau_syn = 0.5e-3
    omega = 2 * np.pi * FREQUENCIES
    transfer = transfer_function(field, rates, FREQUENCIES) / (1 + 1j * omega * tau_syn)[:, None]
    one = microcircuit.replace(delay=np.full((8, 8), 1.5))
    delay = np.broadcast_to(np.exp(-1.5e-3j * omega)[:, None, None], (4, 8, 8))
    psp = 1e-3 * one.weight * 0.5 / 250
    theirs = from_nnmt(
        "_effective_connectivity", 1e3 * transfer, delay, psp, one.indegree, np.full((8, 1), 0.01)
    )
    ours = effective_connectivity(one, rates, FREQUENCIES)
    assert ours == pytest.approx(theirs, rel=1e-9)
    power = from_nnmt("_power_spectra", rates, theirs, psp, one.indegree, one.n_neurons, 0.01)
    found = cross_spectra(one, rates, FREQUENCIES)
    assert np.diagonal(found, axis1=1, axis2=2).real == pytest.approx(2 * power)
    assert found == pytest.approx(found.conj().transpose(0, 2, 1))


def test_uncoupled_neurons_fire_as_poisson_processes(one_population):
    assert cross_spectra(one_population, np.array([5.0]), FREQUENCIES) == pytest.approx(
        np.full((4, 1, 1), 2 * 5.0 / 100)
    )


@pytest.mark.parametrize("law", ["normal_clipped", "normal_redrawn", "lognormal_clipped"])
def test_distributed_delays_dampen_what_is_fast(microcircuit, rates, law):
    spread = microcircuit.replace(
        delay=np.full((8, 8), 3.0),
        delay_sd=np.full((8, 8), 0.5),
        rules=ConnectionRules(delay_distribution=law),
    )
    same = spread.replace(delay_sd=np.zeros((8, 8)))
    with np.errstate(invalid="ignore"):
        ratio = effective_connectivity(spread, rates, FREQUENCIES) / effective_connectivity(
            same, rates, FREQUENCIES
        )
    expected = np.exp(-((2e-3 * np.pi * FREQUENCIES * 0.5) ** 2) / 2)
    tolerance = 0.05 if law == "lognormal_clipped" else 0.002  # skewness
    assert np.abs(ratio[:, 0, 0]) == pytest.approx(expected, rel=tolerance)


def test_unreliable_synapses_pass_on_less(microcircuit, rates):
    half = microcircuit.replace(rules=ConnectionRules(p_transmit=0.5))
    field, full = mean_field(half), mean_field(microcircuit)
    assert field.recurrent[0] == pytest.approx(full.recurrent[0] / 2)
    transfer = transfer_function(field, rates, FREQUENCIES)[:, 0]
    found = effective_connectivity(half, rates, FREQUENCIES)[:, 0, 0]
    filtered = np.exp(-2e-3j * np.pi * FREQUENCIES) / (1 + 1e-3j * np.pi * FREQUENCIES)
    assert found == pytest.approx(transfer * field.recurrent[0, 0, 0] * filtered)


def test_spectral_peak_of_the_microcircuit_simulated_at_full_scale(checkout):
    """Gamma, where Bos et al. (2016) find it, and where our simulation has it."""
    from multiarea.build.pipeline import build_network
    from multiarea.experiment.finding import find_experiment

    experiment = find_experiment("microcircuit_procedural")
    network = build_network(experiment.model, experiment.network)
    folder = checkout / "simulated_data/full_scale" / experiment.name
    simulated = pd.read_csv(folder / "power_spectra.csv").set_index("frequency_Hz").squeeze()
    frequencies = np.arange(50.0, 120)
    spectra = cross_spectra(network, stationary_rates(network).rates, frequencies)
    share = network.n_neurons / network.n_neurons.sum()
    power = np.einsum("i,fij,j->f", share, spectra, share).real
    peak = frequencies[power.argmax()]
    assert peak == pytest.approx(simulated.loc[50:120].idxmax(), abs=3)
    assert 70 < peak < 90


def test_gain_without_its_part_by_the_variance_is_the_slow_connectivity(human_network):
    """Both have one place of origin; the variance adds to the gain."""
    rates = stationary_rates(human_network).rates
    slow = effective_connectivity(human_network, rates, np.zeros(1))[0]
    full = gain_matrix(human_network, rates)
    is_used = np.abs(full) > 1e-6
    assert np.corrcoef(slow.real[is_used], full[is_used])[0, 1] > 0.9


def test_the_page_on_theory(checkout, tmp_path, monkeypatch):
    page = (checkout / "docs/science/theory.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.S)
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(compile(code, "theory.md", "exec"), names)
    assert names["spectra"].shape == (3, 254, 254)


@pytest.mark.parametrize(("low", "high", "limit"), [(2, 10, 0.15), (10, 50, 0.2), (50, 100, 0.15)])
def test_spectra_of_the_human_base_state_at_full_scale(checkout, human_network, low, high, limit):
    """The median over areas of predicted / simulated power, in bands up to 100 Hz."""
    folder = checkout / "simulated_data/full_scale/human_base"
    simulated = pd.read_csv(folder / "power_spectra.csv").set_index("frequency_Hz")
    frequencies = np.geomspace(low, high, 6)
    rates = stationary_rates(human_network).rates
    spectra = cross_spectra(human_network, rates, frequencies)
    ratios = []
    for area in simulated.columns:
        share = human_network.n_neurons * (human_network.area_of == area)
        power = np.einsum("i,fij,j->f", share, spectra, share).real / share.sum() ** 2
        ratios.append(power.mean() / simulated.loc[low:high, area].mean())
    assert np.median(ratios) == pytest.approx(1, abs=limit)
