"""The tables of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp

from multiarea.analysis.bold import too_short
from multiarea.experiment.differences import leaves
from multiarea.models import get_model
from multiarea.network.network import LEVELS
from multiarea.workflow.comparison import OF_PAIRS

SEED = "sim_params.master_seed"
"""The parameter whose values are repetitions."""
RATE = "rate_spikes_per_s"
PER_POPULATION = {"rates": RATE, "cv": "cv", "lvr": "lvr", "correlation": "correlation"}
"""Measures with one number per population, and its column."""
SYMBOLS = {"chi": "χ", "chi_I": "χ_I", "kappa": "κ", "eta_ext": "η_ext"}


@dataclass(frozen=True)
class Run:
    """One of the runs that are compared."""

    name: str
    model: str
    parameters: Mapping[str, Any]
    """Value of each parameter by its place, such as `net_params.N_scaling`."""
    results: Mapping[str, Any]
    """Measures by name: rates and rates_individual, and what else it has."""

    @classmethod
    def of(cls, facts: Mapping[str, Any], results: Mapping[str, Any]) -> Run:
        """Return the run with the name, model and parameters in `facts`.

        Of its `results` the correlations of BOLD are left out where it is too short for them.
        """
        parameters = dict(leaves(facts["parameters"]))
        window = parameters["sim_params.t_sim"] - parameters["ana_params.plotConnectivities.tmin"]
        left_out = ("fc_bold",) if too_short(window) else ()
        kept = {name: one for name, one in results.items() if name not in left_out}
        return cls(facts["name"], facts["model"], parameters, kept)


def differing(runs: Sequence[Run]) -> dict[str, list[Any]]:
    """Return the parameters that differ between `runs`, with the value of each run."""
    places = list(dict.fromkeys(place for run in runs for place in run.parameters))
    found = {place: [run.parameters.get(place) for run in runs] for place in places}
    found = {"model": [run.model for run in runs], **found}
    return {place: values for place, values in found.items() if _differ(values)}


def groups(runs: Sequence[Run]) -> dict[str, list[Run]]:
    """Return `runs` that differ in their seeds only under one label, in the order given.

    The label tells what distinguishes a group from the others; without such a parameter it is the
    name of the first run.
    """
    found: dict[str, list[Run]] = {}
    for run, label in zip(runs, _labels(runs), strict=True):
        found.setdefault(label or runs[0].name, []).append(run)
    return found


def parameters_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Return a row for each parameter that differs between `runs`, a column for each run."""
    rows = [[place, *map(str, values)] for place, values in differing(runs).items()]
    return pd.DataFrame(rows, columns=["parameter", *(run.name for run in runs)])


def statistics_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Return a row for each number that tells of a run as a whole, a column for each of `runs`.

    The mean rate is that of all neurons; CV, LvR and correlation are means over the populations
    that have one, functional connectivity over pairs of different areas.
    """
    columns = {run.name: pd.Series(_statistics(run), dtype=float) for run in runs}
    table = pd.DataFrame(columns).rename_axis("quantity")
    return table.reset_index()


def populations_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Return area, layer, population, and of each of `runs` the values of `PER_POPULATION`."""
    columns = {}
    for run in runs:
        for measure, column in PER_POPULATION.items():
            if measure in run.results:
                values = run.results[measure].set_index(LEVELS)[column]
                columns[f"{measure} {run.name}"] = values
    return pd.DataFrame(columns).rename_axis(LEVELS).reset_index()


def distances_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Return a row for each pair of `runs`: how much their activity differs.

    Returns
    -------
    DataFrame
        run_a, run_b; ks_rates: Kolmogorov-Smirnov distance of the rates of all neurons,
        ks_rates_populations: its mean over populations; r_rates: Pearson correlation over
        populations; r_fc_currents, r_fc_bold: over pairs of different areas.
    """
    rows = []
    for a, b in combinations(runs, 2):
        row: dict[str, Any] = {"run_a": a.name, "run_b": b.name}
        if all("rates_individual" in run.results for run in (a, b)):
            row |= _rate_distances(a, b)
        row["r_rates"] = _correlation(*(_population_rates(run) for run in (a, b)))
        for name in OF_PAIRS:
            if all(name in run.results for run in (a, b)):
                row[f"r_{name}"] = _correlation(*(_pairs(run, name) for run in (a, b)))
        rows.append(row)
    return pd.DataFrame(rows)


# ------------------------------------------------------------------------------------- internals


def _labels(runs: Sequence[Run]) -> list[str]:
    """Return what distinguishes each run, seeds excepted; empty texts if nothing does."""
    values = {place: own for place, own in differing(runs).items() if place != SEED}
    short = _short_places(runs)
    chi, follower = short.get("chi"), short.get("chi_I")
    if chi in values and follower in values and _in_step(values[chi], values[follower]):
        del values[follower]
    names = {place: SYMBOLS.get(name, name) for name, place in short.items()}
    texts = [[] for _ in runs]
    for place, own in values.items():
        name = names.get(place, place.rpartition(".")[2])
        for text, value in zip(texts, own, strict=True):
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            text.append(shown if place == "model" else f"{name} = {shown}")
    return [", ".join(text) for text in texts]


def _differ(values: Sequence[Any]) -> bool:
    return any(value != values[0] for value in values[1:])


def _in_step(a: Sequence[float], b: Sequence[float]) -> bool:
    """Return whether the numbers `b` are the same multiple of those in `a`."""
    return bool(np.allclose(np.multiply(b, a[0]), np.multiply(a, b[0])))


def _short_places(runs: Sequence[Run]) -> dict[str, str]:
    """Return the place of each short name, if all `runs` are of one model."""
    models = {run.model for run in runs}
    short = get_model(models.pop()).SHORT_NAMES if len(models) == 1 else {}
    return {name: f"net_params.{one.path}" for name, one in short.items()}


def _statistics(run: Run) -> dict[str, float]:
    rates = run.results["rates"]
    found = {"mean rate (spikes/s)": np.average(rates[RATE], weights=rates["n_neurons"])}
    for measure, column in PER_POPULATION.items():
        if measure in run.results and measure != "rates":
            found[f"mean {measure}"] = run.results[measure][column].mean()
    for name in OF_PAIRS:
        if name in run.results:
            found[f"mean {name}"] = np.nanmean(_pairs(run, name))
    return found


def _population_rates(run: Run) -> pd.Series:
    return run.results["rates"].set_index(LEVELS)[RATE]


def _pairs(run: Run, name: str) -> pd.Series:
    """Return the functional connectivity of different areas, indexed by both."""
    matrix = run.results[name].set_index("area")
    above = np.triu(np.ones(matrix.shape, dtype=bool), 1)
    return matrix.where(above).stack().dropna()


def _correlation(a: pd.Series, b: pd.Series) -> float:
    """Return the Pearson correlation of the values that both have; nan for fewer than three."""
    both = pd.concat([a, b], axis=1, join="inner").dropna()
    return float(both.corr().iloc[0, 1]) if len(both) > 2 else np.nan


def _rate_distances(a: Run, b: Run) -> dict[str, float]:
    one, other = (run.results["rates_individual"] for run in (a, b))
    rest = _by_population(other)
    own = [(rates, rest[key]) for key, rates in _by_population(one).items() if key in rest]
    distances = [ks_2samp(*pair, method="asymp").statistic for pair in own if all(map(len, pair))]
    return {
        "ks_rates": float(ks_2samp(one["rate"], other["rate"], method="asymp").statistic),
        "ks_rates_populations": float(np.mean(distances)) if distances else np.nan,
    }


def _by_population(rates: Any) -> dict[tuple[str, ...], np.ndarray]:
    parts = np.split(rates["rate"], rates["offsets"][1:-1])
    return dict(zip(rates.populations, parts, strict=True))
