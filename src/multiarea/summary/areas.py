"""Areas in time: rates, spectra, and who fires first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from multiarea.analysis.results import Arrays
from multiarea.parameters import AnalysisParameters

BIN = 10.0
"""Width of the bins of the rates of areas [ms]."""
SPECTRUM = 40
"""Frequencies of a spectrum from which on they are averaged, and per factor of ten beyond."""


def area_rates(inputs: Mapping[str, Any], parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the rate of each area in bins of `BIN`, time at the start of a bin."""
    fine = inputs["rate_histograms"]
    width = max(1, round(BIN / float(fine["binsize"])))
    n = len(fine["time"]) // width
    rate = fine["area_rate"][:, : n * width].reshape(len(fine["area"]), n, width).mean(axis=2)
    table = pd.DataFrame(rate.T, columns=list(fine["area"]))
    table.insert(0, "time_ms", fine["time"][: n * width : width])
    return table


def restore_area_rates(table: pd.DataFrame) -> Arrays:
    """Return the area rates of a `rate_histograms` measure: area_rate, time, binsize, area."""
    time = table["time_ms"].to_numpy(float)
    areas = np.array(table.columns[1:], dtype=str)
    return Arrays(
        {
            "area_rate": (table[list(areas)].to_numpy(float).T, ("area", "time"), "spikes/s"),
            "time": (time, ("time",), "ms"),
            "binsize": (np.array(time[1] - time[0] if len(time) > 1 else BIN), (), "ms"),
            "area": (areas, ("area",), ""),
        }
    )


def spectra(inputs: Mapping[str, Any], parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the power of each area, averaged in logarithmic bins at high frequencies."""
    full = inputs["power_spectra"]
    order = np.arange(len(full["frequency"]))
    beyond = SPECTRUM + np.floor(SPECTRUM * np.log10(np.maximum(order, 1) / SPECTRUM))
    table = pd.DataFrame(full["power"].T, columns=list(full["area"]))
    table.insert(0, "frequency_Hz", full["frequency"])
    return table.groupby(np.where(order < SPECTRUM, order, beyond)).mean()


def restore_spectra(table: pd.DataFrame) -> Arrays:
    """Return power, frequency and area of a `power_spectra` measure."""
    areas = np.array(table.columns[1:], dtype=str)
    power = table[list(areas)].to_numpy(float).T
    return Arrays(
        {
            "power": (power, ("area", "frequency"), "(spikes/s)^2/Hz"),
            "frequency": (table["frequency_Hz"].to_numpy(float), ("frequency",), "Hz"),
            "area": (areas, ("area",), ""),
        }
    )


def hierarchy(inputs: Mapping[str, Any], parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the position of each area, and its lag behind each other one."""
    order = inputs["temporal_hierarchy"]
    table = pd.DataFrame(order["lag"], columns=list(order["area"]))
    table.insert(0, "area", order["area"])
    table.insert(1, "position", order["position"])
    table.insert(2, "residual_ms", float(order["residual"]))
    return table


def restore_hierarchy(table: pd.DataFrame) -> Arrays:
    """Return lag, position and area of a `temporal_hierarchy` measure."""
    areas = table["area"].to_numpy(str)
    return Arrays(
        {
            "lag": (table[list(areas)].to_numpy(float), ("area", "area"), "ms"),
            "position": (table["position"].to_numpy(float), ("area",), "1"),
            "residual": (table["residual_ms"].to_numpy(float)[0], (), "ms"),
            "area": (areas, ("area",), ""),
        }
    )
