"""V1 alone with Poisson input in place of 31 areas: simulated rates and the mean field."""

from __future__ import annotations

import numpy as np
import pytest

from multiarea.build import pipeline
from multiarea.experiment.loading import load_experiments
from multiarea.models.macaque import Parameters
from multiarea.parameters import SimulationParameters
from multiarea.spikes.store import Spikes
from multiarea.theory import stationary_rates

V1 = {"areas_simulated": ["V1"], "replace_non_simulated_areas": "het_poisson_stat"}
GROUND_STATE = {"cc_weights_factor": 1.0, "cc_weights_I_factor": 1.0}


@pytest.fixture(scope="module")
def rates(tmp_path_factory):
    """Return simulated and predicted rates of the 8 populations, and their neurons."""
    from multiarea.simulation import simulate

    folder = tmp_path_factory.mktemp("v1")

    def run(k_scaling):
        scale = {"N_scaling": 0.02, "K_scaling": k_scaling}
        parameters = Parameters(connection_params=GROUND_STATE, **V1, **scale)
        network = pipeline.build_network("macaque", parameters)
        path = folder / f"{k_scaling}.h5"
        settings = SimulationParameters(t_sim=1100.0, master_seed=12)
        simulate(network, settings, virtual_processes=2, spikes_path=path)
        with Spikes(path) as spikes:
            trains = [spikes.trains(key) for key in network.populations.index]
            counts = [np.count_nonzero(train.times > 100) for train in trains]
        return (
            np.array(counts) / network.n_neurons,
            stationary_rates(network).rates,
            network.n_neurons,
        )

    return run


def test_shipped_experiments(checkout):
    """They are parts of, or scaled from, the published states."""
    names = ["macaque_v1_downscaled", "macaque_downscaled", "macaque_metastable_downscaled"]
    states = ["full_scale/macaque_ground_state", "full_scale/macaque_metastable"]
    v1, ground, metastable, *full = load_experiments(
        [checkout / "experiments" / f"{name}.py" for name in (*names, *states)]
    )
    assert v1.whole_hash == ground.full_scale_hash == full[0].network_hash
    assert metastable.full_scale_hash == full[1].network_hash
    assert v1.network.K_scaling >= 0.2 and metastable.network.K_scaling >= 0.1


@pytest.mark.science
@pytest.mark.parametrize(("k_scaling", "share", "r"), [(0.2, 0.15, 0.85), (0.5, 0.12, 0.93)])
def test_v1_stays_near_its_mean_field(rates, k_scaling, share, r):
    """Both approach the theory as the in-degrees grow; II/III E is silent only below 0.2."""
    simulated, predicted, neurons = rates(k_scaling)
    mean, expected = (np.average(values, weights=neurons) for values in (simulated, predicted))
    assert mean == pytest.approx(expected, rel=share)
    assert np.corrcoef(simulated, predicted)[0, 1] > r
    assert (simulated[1:] > 0.4 * predicted[1:]).all() and simulated[0] > 0
