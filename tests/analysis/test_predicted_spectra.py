import numpy as np
import pytest

from multiarea.analysis.predicted_spectra import predicted_spectra
from multiarea.network.network import LEVELS
from multiarea.parameters import AnalysisParameters
from multiarea.theory import fixed_points, fixed_points_table
from multiarea.theory.linear_response import cross_spectra


@pytest.fixture(scope="module")
def theory(human_network):
    return fixed_points_table(human_network, fixed_points(human_network, n_random=0).rates)


def simulated(network, values):
    table = network.populations[["n_neurons"]].reset_index()[[*LEVELS, "n_neurons"]]
    return table.assign(rate_spikes_per_s=values)


def measure(network, theory, rates):
    return predicted_spectra(
        network=network, theory=theory, rates=rates, parameters=AnalysisParameters()
    )


def test_spectra_of_areas_are_those_of_their_mean_rates(human_network, theory):
    found = measure(human_network, theory, simulated(human_network, 0.8))
    rates = theory["rate_1"].to_numpy()
    spectra = cross_spectra(human_network, rates, found["frequency"][:1])[0]
    is_insula = human_network.area_of == "insula"
    weights = human_network.n_neurons * is_insula / human_network.n_neurons[is_insula].sum()
    place = list(found["area"]).index("insula")
    assert found["power"][place, 0] == pytest.approx((weights @ spectra @ weights).real)
    assert found["power"].shape == (34, 40) and (found["power"] > 0).all()
    assert np.einsum("iif->if", found["coherence"]) == pytest.approx(np.ones((34, 40)))
    assert found["coherence"].max() <= 1 + 1e-9
    assert 0 < found["eigenvalue"] < 1


@pytest.mark.parametrize(("rate", "state"), [(0.0, 1), (1.0, 1), (20.0, 2), (300.0, 2)])
def test_the_state_is_the_one_nearest_to_the_simulation(human_network, theory, rate, state):
    both = theory.assign(rate_2=30 * theory["rate_1"])
    assert measure(human_network, both, simulated(human_network, rate))["state"] == state


def test_populations_that_were_not_recorded_do_not_decide_on_the_state(human_network, theory):
    both = theory.assign(rate_2=30 * theory["rate_1"])
    part = simulated(human_network, 20.0).iloc[10:]
    assert measure(human_network, both, part)["state"] == 2
