import numpy as np
import pytest

from multiarea.analysis.field_potentials import field_potentials
from multiarea.analysis.results import Arrays, population_labels
from multiarea.parameters import AnalysisParameters


def histograms(network, rate, binsize=1.0):
    """Rates (population, time) as the measure `rate_histograms` gives them."""
    index = network.populations.index
    areas = np.array(list(dict.fromkeys(network.area_of)))
    return Arrays(
        {
            "population_rate": (rate, ("population", "time"), "spikes/s"),
            "time": (binsize * np.arange(rate.shape[1]), ("time",), "ms"),
            "binsize": (np.array(binsize), (), "ms"),
            "area": (areas, ("area",), ""),
            **population_labels(index),
        }
    )


@pytest.fixture
def column(human_network):
    """One area with its own synapses only."""
    is_kept = human_network.area_of == "insula"
    kept = np.flatnonzero(is_kept)
    matrices = ("synapses", "weight", "weight_sd", "delay", "delay_sd")
    return human_network.replace(
        populations=human_network.populations[is_kept],
        areas=human_network.areas.loc[["insula"]],
        **{name: getattr(human_network, name)[np.ix_(kept, kept)] for name in matrices},
    )


def measure(network, rate):
    return field_potentials(
        network=network, rate_histograms=histograms(network, rate), parameters=AnalysisParameters()
    )


def test_the_weighted_sum_is_that_of_the_published_proxy(column):
    rng = np.random.default_rng(1)
    found = measure(column, rng.uniform(0, 5, (len(column), 400)))
    expected = -found["excitation"][0, 94:394] - 1.65 * found["inhibition"][0, 100:400]
    slope, offset = np.polyfit(expected, found["potential"][0, 100:], 1)
    assert found["potential"][0, 100:] == pytest.approx(slope * expected + offset)
    assert slope > 0
    assert found["potential"].mean() == pytest.approx(0, abs=1e-9)
    assert found["potential"].std() == pytest.approx(1)


def test_currents_are_those_onto_excitatory_neurons(column):
    """Constant rates: mean over E neurons of K |w| nu tau."""
    rate = np.full((len(column), 50), 2.0)
    rate[:, 25:] = 2.0 + 1e-6
    found = measure(column, rate)
    to_e = column.populations.index.get_level_values("population") == "E"
    share = column.n_neurons[to_e] / column.n_neurons[to_e].sum()
    per_spike = column.weight * column.indegree * 2.0 / 1000
    for name, tau, kind in (("excitation", "tau_syn_ex", 1), ("inhibition", "tau_syn_in", -1)):
        strength = np.where(kind * column.weight > 0, kind * per_spike, 0).sum(axis=1)
        expected = share @ (strength * column.populations[tau].to_numpy())[to_e]
        assert found[name][0] == pytest.approx(expected, rel=1e-5)


def test_a_rhythm_has_its_peak_in_the_spectrum(column):
    time = np.arange(4096)
    rate = np.tile(3 + np.sin(2 * np.pi * 40 * time / 1000), (len(column), 1))
    found = measure(column, rate)
    assert found["frequency"][found["power"][0].argmax()] == pytest.approx(40, abs=1)


def test_constant_rates_have_no_potential(column):
    found = measure(column, np.full((len(column), 50), 2.0))
    assert np.isnan(found["potential"]).all()


def test_areas_with_input_from_unrecorded_ones_have_no_potential(human_network):
    rng = np.random.default_rng(1)
    assert np.isfinite(
        measure(human_network, rng.uniform(0, 5, (len(human_network), 30)))["potential"]
    ).all()
    recorded = human_network.populations.index[human_network.area_of == "insula"]
    part = Arrays(
        {
            "population_rate": (rng.uniform(0, 5, (len(recorded), 30)), ("population", "time"), ""),
            "time": (np.arange(30.0), ("time",), "ms"),
            "binsize": (np.array(1.0), (), "ms"),
            "area": (np.array(["insula"]), ("area",), ""),
            **population_labels(recorded),
        }
    )
    found = field_potentials(
        network=human_network, rate_histograms=part, parameters=AnalysisParameters()
    )
    assert found["potential"].shape == (1, 30)
    assert np.isnan(found["potential"]).all()
