"""Areas in time: rates, spectra, and who fires first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

BIN = 10.0
"""Width of the bins of the rates of areas [ms]."""
SPECTRUM = 40
"""Frequencies of a spectrum from which on they are averaged, and per factor of ten beyond."""


def area_rates(inputs: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rate of each area in bins of `BIN`, time at the start of a bin."""
    fine = inputs["rate_histograms"]
    width = max(1, round(BIN / float(fine["binsize"])))
    n = len(fine["time"]) // width
    rate = fine["area_rate"][:, : n * width].reshape(len(fine["area"]), n, width).mean(axis=2)
    rounded = [[float(f"{value:.3g}") for value in row] for row in rate.T]
    table = pd.DataFrame(rounded, columns=list(fine["area"]))
    table.insert(0, "time_ms", fine["time"][: n * width : width])
    return table


def spectra(inputs: Mapping[str, Any]) -> pd.DataFrame:
    """Return the power of each area, averaged in logarithmic bins at high frequencies."""
    full = inputs["power_spectra"]
    order = np.arange(len(full["frequency"]))
    beyond = SPECTRUM + np.floor(SPECTRUM * np.log10(np.maximum(order, 1) / SPECTRUM))
    table = pd.DataFrame(full["power"].T, columns=list(full["area"]))
    table.insert(0, "frequency_Hz", full["frequency"])
    return table.groupby(np.where(order < SPECTRUM, order, beyond)).mean()


def hierarchy(inputs: Mapping[str, Any]) -> pd.DataFrame:
    """Return the position of each area, and its lag behind each other one."""
    order = inputs["temporal_hierarchy"]
    table = pd.DataFrame(order["lag"], columns=list(order["area"]))
    table.insert(0, "area", order["area"])
    table.insert(1, "position", order["position"])
    table.insert(2, "residual_ms", float(order["residual"]))
    return table
