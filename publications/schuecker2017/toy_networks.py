"""The bistable networks with which Schuecker et al. 2017 explain stabilisation (Fig. 2)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from multiarea.network.network import LEVELS, Network

NEURON = {
    **{"neuron_model": "iaf_psc_exp", "E_L": -65.0, "V_th": -50.0, "V_reset": -65.0},
    **{"C_m": 250.0, "tau_m": 10.0, "tau_syn_ex": 0.5, "tau_syn_in": 0.5, "t_ref": 2.0},
}
WEIGHT = 10.0
"""[pA]; J = 0.02 mV"""
INDEGREE = 420.0
"""In-degree from the population(s), and from outside."""


def excitatory_network(
    rate_ext: float, n_populations: int = 1, indegree: float = INDEGREE
) -> Network:
    """Return `n_populations` excitatory populations, each in an area of its own.

    They get 420 external synapses at `rate_ext` [spikes/s]; all are connected to all, with the
    recurrent `indegree` split among them.
    """
    n = n_populations
    index = pd.MultiIndex.from_tuples([(f"{i + 1}", "II/III", "E") for i in range(n)], names=LEVELS)
    unused = ("weight_ext_sd", "i_dc", "V_th_rel_sd", "C_m_rel_sd", "tau_m_rel_sd")
    populations = pd.DataFrame(
        {"n_neurons": 1.0, "n_synapses_external": INDEGREE, "rate_ext": rate_ext}, index
    ).assign(weight_ext=WEIGHT, delay_ext=1.5, V0_mean=np.nan, V0_sd=np.nan, **NEURON)
    areas = pd.Index([f"{i + 1}" for i in range(n)], name="area")
    return Network(
        populations=populations.assign(**dict.fromkeys(unused, 0.0)),
        synapses=np.full((n, n), indegree / n),
        weight=np.full((n, n), WEIGHT),
        weight_sd=np.zeros((n, n)),
        delay=np.full((n, n), 1.5),
        delay_sd=np.zeros((n, n)),
        areas=pd.DataFrame(index=areas),
    )
