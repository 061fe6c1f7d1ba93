"""Similarity of simulated and experimental distributions of rate, CV and LvR."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from multiarea.analysis.results import Arrays
from multiarea.errors import InputError
from multiarea.parameters import AnalysisParameters
from multiarea.spikes import windows
from multiarea.spikes.statistics import cv_of_block, lvr_of_block, of_neurons
from multiarea.spikes.store import Spikes

if TYPE_CHECKING:
    from multiarea.data.single_units import ExperimentalUnits

MEASURES = {
    "rate_distribution_similarity": {
        "needs": ("rates_individual", "experimental_units"),
        "uses": ("rate_distribution_similarity",),
        "file": "rate_distribution_similarity.csv",
        "version": 1,
    },
    "activity_similarity": {
        "needs": ("spikes", "experimental_units"),
        "uses": ("individualFiringRate",),
        "file": "activity_similarity.csv",
        "version": 1,
    },
}

FEWEST = 20
"""Samples that a distribution needs to be shown."""
MAX_WINDOWS = 5
"""Largest number of windows of a run that are compared with the experiment's trials."""


def rate_distribution_similarity(
    *,
    rates_individual: Arrays,
    experimental_units: ExperimentalUnits,
    parameters: AnalysisParameters,
) -> pd.DataFrame:
    """Return how similar the rates of the neurons of each area are to those of recorded neurons.

    Compares `rates_individual` and `experimental_units`, with the zeros or without, as the block
    `rate_distribution_similarity` of `parameters` says.

    Raises InputError if rates of 0 are to be compared but the experimental data have none.

    Returns
    -------
    DataFrame
        area, ks_distance, similarity = 1 - ks_distance, p_value of the two-sample
        Kolmogorov-Smirnov test, n_simulated, n_experimental; nan for an area without rates.
    """
    remove = parameters.rate_distribution_similarity.remove_zeros
    reference = experimental_units.rate
    if not remove and not experimental_units.has_zeros:
        raise InputError(
            "ana_params: rate_distribution_similarity.remove_zeros = False, but "
            f"{experimental_units.source} holds no rates of 0; choose True."
        )
    reference = np.sort(reference[reference > 0] if remove else reference)
    rates: dict[str, list[np.ndarray]] = {}
    parts = np.split(rates_individual["rate"], rates_individual["offsets"][1:-1])
    for area, part in zip(rates_individual["population_area"], parts, strict=True):
        rates.setdefault(area, []).append(part[part > 0] if remove else part)
    rows = [(area, *_compared(np.concatenate(own), reference)) for area, own in rates.items()]
    columns = ["area", "ks_distance", "similarity", "p_value", "n_simulated", "n_experimental"]
    return pd.DataFrame(rows, columns=columns)


def activity_similarity(
    *, spikes: Spikes, experimental_units: ExperimentalUnits, parameters: AnalysisParameters
) -> pd.DataFrame:
    """Return how similar rate, CV and LvR of `spikes` are to those of `experimental_units`.

    As in the published sweeps: all layers of the recorded area, excitatory and inhibitory neurons
    together; every neuron in every window is one sample; at most five consecutive windows, as
    long as the experiment's trials, from `individualFiringRate.t_start` of `parameters` on, the
    last ending with the run; rates from `min_rate` on; CV and LvR (with the experiment's R) of
    samples with at least `min_spikes` spikes.

    Returns
    -------
    DataFrame
        area, quantity (rate, cv, lvr), ks_distance, similarity = 1 - ks_distance, p_value,
        n_simulated, n_experimental; nan where no sample is left, as when the model has no such
        area or the run no such window.
    """
    units = experimental_units
    samples = activity_samples(spikes, units, parameters.individualFiringRate.t_start)
    rows = [
        (units.area, name, *_compared(values, np.sort(getattr(units, name))))
        for name, values in samples.items()
    ]
    columns = ["ks_distance", "similarity", "p_value", "n_simulated", "n_experimental"]
    return pd.DataFrame(rows, columns=["area", "quantity", *columns])


def activity_samples(
    spikes: Spikes, units: ExperimentalUnits, t_start: float
) -> dict[str, np.ndarray]:
    """Return the samples of rate [spikes/s], cv and lvr that `activity_similarity` compares.

    Those of `spikes`, in windows after `t_start` [ms] that are defined by the experiment `units`.
    """
    starts = trial_starts(spikes.t_stop, units.duration, t_start)
    samples: dict[str, list[np.ndarray]] = {name: [np.empty(0)] for name in ("rate", "cv", "lvr")}
    of_area = spikes.populations.index.get_level_values("area") == units.area
    for key in spikes.populations.index[of_area]:
        trains = spikes.trains(key)
        for start in starts:
            window = (start, start + units.duration)
            rate = windows.counts(trains, window) * (1000 / units.duration)
            samples["rate"].append(rate[rate >= units.min_rate])
            for name, statistic in (("cv", cv_of_block), ("lvr", lvr_of_block(units.lvr_R))):
                values = of_neurons(trains, window, units.min_spikes, statistic)
                samples[name].append(values[np.isfinite(values)])
    return {name: np.concatenate(values) for name, values in samples.items()}


def trial_starts(t_sim: float, duration: float, t_start: float) -> list[float]:
    """Return the starts [ms] of up to five consecutive windows of `duration` ms.

    The last one ends at `t_sim`, the first one does not begin before `t_start` [ms].
    """
    fitting = windows.n_bins((t_start, t_sim), duration) if t_sim > t_start else 0
    return [t_sim - duration * k for k in range(min(MAX_WINDOWS, fitting), 0, -1)]


def ks_distance(sample: np.ndarray, reference: np.ndarray) -> float:
    """Return the largest distance of the distribution functions of `sample` and `reference`."""
    from scipy.stats import ks_2samp  # slow to import

    return float(ks_2samp(sample, reference, method="asymp").statistic)


def _compared(sample: np.ndarray, reference: np.ndarray) -> tuple[float, float, float, int, int]:
    """Return distance, similarity, asymptotic p value (Stephens 1970) and the sample sizes."""
    from scipy.special import kolmogorov

    n, m = len(sample), len(reference)
    if n == 0 or m == 0:
        return float("nan"), float("nan"), float("nan"), n, m
    distance = ks_distance(sample, reference)
    root = np.sqrt(n * m / (n + m))
    p_value = float(kolmogorov((root + 0.12 + 0.11 / root) * distance))
    return distance, 1 - distance, p_value, n, m
