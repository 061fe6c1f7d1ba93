from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from multiarea.network.network import LEVELS, Network

KEYS = [("A", "IV", "E"), ("A", "IV", "I"), ("B", "V", "E")]
NEURONS = [40, 10, 30]


def tables(**columns: Any) -> pd.DataFrame:
    row = {
        "n_synapses_external": 0,
        "rate_ext": 0.0,
        "weight_ext": 0.0,
        "weight_ext_sd": 0.0,
        "delay_ext": np.nan,
        "i_dc": 0.0,
        "V0_mean": np.nan,
        "V0_sd": np.nan,
        "neuron_model": "iaf_psc_exp",
        "E_L": -65.0,
        "V_th": -50.0,
        "V_reset": -65.0,
        "C_m": 250.0,
        "tau_m": 10.0,
        "tau_syn_ex": 0.5,
        "tau_syn_in": 0.5,
        "t_ref": 2.0,
        "V_th_rel_sd": 0.0,
        "C_m_rel_sd": 0.0,
        "tau_m_rel_sd": 0.0,
    }
    index = pd.MultiIndex.from_tuples(KEYS, names=LEVELS)
    return pd.DataFrame({"n_neurons": NEURONS, **row, **columns}, index=index)


def make(columns: dict[str, Any] | None = None, **changes: Any) -> Network:
    """Three populations in two areas: A|IV|E, A|IV|I, B|V|E; without connections by default."""
    p = len(KEYS)
    matrices = {name: np.zeros((p, p)) for name in ("synapses", "weight", "weight_sd", "delay_sd")}
    return Network(
        **{
            "populations": tables(**(columns or {})),
            "delay": np.full((p, p), 1.5),
            "areas": pd.DataFrame(index=pd.Index(["A", "B"], name="area")),
            **matrices,
            **changes,
        }
    )


def active(**changes: Any) -> Network:
    """A connected, driven network that fires irregularly."""
    weight = np.array([[90.0, -400, 90], [90, -400, 90], [90, 0, 90]])
    columns = {
        "n_synapses_external": [n * 1000 for n in NEURONS],
        "rate_ext": 12.0,
        "weight_ext": 88.0,
        "V0_mean": -58.0,
        "V0_sd": 5.0,
    }
    return make(
        columns,
        synapses=np.array([[800, 400, 100], [200, 50, 50], [300, 0, 300]]),
        weight=weight,
        weight_sd=0.1 * np.abs(weight),
        delay_sd=np.full((3, 3), 0.75),
        **changes,
    )


@pytest.fixture
def network() -> Callable[..., Network]:
    return make


@pytest.fixture
def active_network() -> Callable[..., Network]:
    return active
