"""Networks made by hand, and the Potjans-Diesmann microcircuit."""

import numpy as np
import pandas as pd
import pytest

from multiarea.network.network import LEVELS, POPULATION_COLUMNS, ConnectionRules, Network

NEURON = {
    "neuron_model": "iaf_psc_exp",
    "E_L": -70.0,
    "V_th": -50.0,
    "V_reset": -70.0,
    "C_m": 200.0,
    "tau_m": 10.0,
    "tau_syn_ex": 2.0,
    "tau_syn_in": 2.0,
    "t_ref": 2.0,
}


def build(index, indegree, weight, **columns) -> Network:
    """A network with the given in-degrees and weights (P, P); other columns default to 0."""
    n = len(index)
    n_neurons = np.broadcast_to(columns.pop("n_neurons", 100), n)
    external = np.broadcast_to(columns.pop("indegree_external", 0), n) * n_neurons
    p_transmit = columns.pop("p_transmit", 1.0)
    table = pd.DataFrame(
        {name: np.zeros(n) for name in POPULATION_COLUMNS},
        index=pd.MultiIndex.from_tuples(index, names=LEVELS),
    ).assign(n_neurons=n_neurons, n_synapses_external=external, **{**NEURON, **columns})
    zero = np.zeros((n, n))
    return Network(
        populations=table,
        synapses=np.asarray(indegree) * n_neurons[:, None],
        weight=np.asarray(weight, float),
        weight_sd=zero,
        delay=zero + 1,
        delay_sd=zero,
        areas=pd.DataFrame(index=list(dict.fromkeys(key[0] for key in index))),
        rules=ConnectionRules(p_transmit=p_transmit),
    )


@pytest.fixture
def make_network():
    return build


@pytest.fixture(scope="session")
def one_population() -> Network:
    """One LIF population with Poisson input only."""
    return build(
        [("A", "IV", "E")], [[0]], [[0]], indegree_external=1000, rate_ext=9.0, weight_ext=18.0
    )


@pytest.fixture(scope="session")
def bistable() -> Network:
    """One excitatory population per area, coupled so strongly that it can sustain its activity."""
    return build(
        [("A", "V", "E"), ("B", "V", "E")],
        np.full((2, 2), 60),
        np.full((2, 2), 18.0),
        indegree_external=[1000, 1000],
        rate_ext=[9.0, 9.5],
        weight_ext=18.0,
    )


PD14_PROBABILITY = np.array(
    [
        [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0],
        [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0],
        [0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0],
        [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0],
        [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0],
        [0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0],
        [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
        [0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443],
    ]
)


@pytest.fixture(scope="session")
def microcircuit() -> Network:
    """Potjans & Diesmann (2014), Poisson input of 8 spikes/s, in-degrees not rounded."""
    n = np.array([20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948])
    synapses = np.log(1 - PD14_PROBABILITY) / np.log1p(-1 / np.outer(n, n))
    psc = 87.808494
    weight = np.tile([psc, -4 * psc], (8, 4))
    weight[0, 2] *= 2
    return build(
        [("V1", layer, kind) for layer in ("II/III", "IV", "V", "VI") for kind in "EI"],
        synapses / n[:, None],
        weight,
        n_neurons=n,
        indegree_external=np.array([1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]),
        rate_ext=8.0,
        weight_ext=psc,
        E_L=-65.0,
        V_reset=-65.0,
        C_m=250.0,
        tau_syn_ex=0.5,
        tau_syn_in=0.5,
    )
