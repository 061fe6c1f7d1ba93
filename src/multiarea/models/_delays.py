"""Delays of models whose areas lie at known distances."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd


class DelayParameters(Protocol):
    """What the parameters of a model say: delays within areas [ms], speed between them [mm/ms]."""

    delay_e: float
    delay_i: float
    interarea_speed: float


def mean_delays(
    parameters: DelayParameters, index: pd.MultiIndex, distance: pd.DataFrame
) -> np.ndarray:
    """Return mean delays [ms], (P, P): by source within an area, else distance/speed.

    Parameters
    ----------
    parameters : DelayParameters
    index : MultiIndex
        area, layer, population of the P populations.
    distance : DataFrame
        Areas x areas [mm].
    """
    area = index.get_level_values("area")
    excitatory = index.get_level_values("population") == "E"
    local = np.where(excitatory, parameters.delay_e, parameters.delay_i)
    within = area.to_numpy()[:, None] == area.to_numpy()[None, :]
    between = distance.loc[area, area].to_numpy() / parameters.interarea_speed
    return np.where(within, local[None, :], between)
