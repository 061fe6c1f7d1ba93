"""Published results beside those of the full-scale simulations of this software.

Each row is one number that a publication gives (or a distance to a published distribution), what
the mean-field theory predicts, what the summaries in `simulated_data/full_scale` hold, and whether
the two agree: within `limit`, which is stated for each kind of number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from multiarea.analysis.distributions import ks_distance
from multiarea.build.pipeline import build_network
from multiarea.data.tables import read_indexed
from multiarea.experiment.finding import find_experiment
from multiarea.files.project import resolve
from multiarea.network.network import LEVELS
from multiarea.summary import DOWN_SCALED, FULL_SCALE, RUN
from multiarea.theory import stationary_rates
from publications.pronold2024.inputs import Published
from publications.pronold2024.samples import connectivity_agreement
from publications.pronold2024.scales import FIGURE as SCALES
from publications.pronold2024.scales import statistics
from publications.schmidt2018b import PUBLICATION as MACAQUE_PUBLICATION
from publications.schmidt2018b.inputs import read_population_averages
from publications.summaries import read_facts, read_summary

HUMAN = {"base": ("human_base", "groundstate", 1.0), "best fit": ("human_best_fit", "bestfit", 2.5)}
"""State of the human model -> experiment, name in the published tables, chi."""
SECOND_SEEDS = {
    "base": "human_chi@chi=1",
    "best fit": "human_single_spike@chi=2.5,single_spike=none",
}
"""State -> the experiment of the same network with another seed."""
SWEEPS = ("human_chi", "human_scales")
"""Experiments with points on the axis of chi, at full scale and down-scaled."""
MACAQUE = {1.0: "macaque_chi_1", 1.9: "macaque_chi_1_9"}
"""chi of the macaque model -> experiment."""
SIMILARITIES = {"rate": "similarity_rates", "cv": "similarity_cv", "lvr": "similarity_lvr"}
LABELS = {"rate": "rate", "cv": "CV", "lvr": "LvR"}


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes
    ----------
    experiment, state, quantity : str
        The experiment's name is that of its summary.
    published, own : float
    limit : float or None
        Largest |own - published| that counts as agreement; None where it cannot be judged yet.
    mean_field, nest, second : float, optional
        What theory, our own run of NEST, and a second realisation give.
    between : float, optional
        The difference, distance or correlation between ours and the second.
    second_name : str
        What the second realisation is.
    other_experiment : str
        Our experiment that gives `second` or `nest`.
    """

    experiment: str
    state: str
    quantity: str
    published: float
    own: float
    limit: float | None
    mean_field: float | None = None
    nest: float | None = None
    second: float | None = None
    between: float | None = None
    second_name: str = ""
    other_experiment: str = ""

    @property
    def difference(self) -> float:
        """Own - published."""
        return self.own - self.published

    @property
    def agrees(self) -> bool:
        """Whether the difference is within the limit; False where it is undefined."""
        return self.limit is not None and bool(abs(self.difference) <= self.limit)


def summaries(folder: Path | None = None) -> dict[str, Path]:
    """Return the folders of summaries by the name of their experiment."""
    found = sorted((folder or resolve(FULL_SCALE)).glob(f"*/{RUN}"))
    return {facts(path.parent)["experiment"]: path.parent for path in found}


def facts(folder: Path) -> dict[str, Any]:
    """Return what was run."""
    return read_facts(folder)


def table(folder: Path, name: str) -> Any:
    """Return one table of the summary in a `folder` by its `name`."""
    return read_summary([folder / f"{name}.csv"])[name]


def scales() -> list[tuple[float, dict[str, Any], dict[str, float]]]:
    """Return chi, facts and `statistics` of each point of human_chi and human_scales.

    The run of a state stands in for a point at full scale that was not run. Those of one chi
    follow each other, the largest scale first.
    """
    full = summaries()
    states = {chi: full.get(name) for name, _, chi in HUMAN.values()}
    points = {chi: folder for chi, folder in states.items() if folder} | dict(_points(full))
    found = []
    for chi, folder in (*points.items(), *_points(summaries(resolve(DOWN_SCALED)))):
        longest = states.get(chi) or full.get(f"human_chi@chi={chi:g}")
        other = None if longest in (None, folder) else _compared(longest)
        found.append((chi, facts(folder), statistics(_compared(folder), other)))
    return sorted(found, key=lambda row: (row[0], -row[1]["n_neurons"], -row[1]["K_scaling"]))


def _points(known: dict[str, Path]) -> Iterator[tuple[float, Path]]:
    """Yield chi and folder of each point of `SWEEPS`."""
    for name, folder in known.items():
        if name.partition("@")[0] in SWEEPS:
            yield float(name.rpartition("chi=")[2]), folder


def rows(folder: Path | None = None) -> list[Row]:
    """Return every comparison for which there is a summary.

    Parameters
    ----------
    folder : Path, optional
        With the summaries; `simulated_data/full_scale`.
    """
    known = summaries(folder)
    return [*_human(known), *_sweep(known), *_macaque(known), *_microcircuit(known)]


# ------------------------------------------------------------------------------------ human model


def _human(known: dict[str, Path]) -> Iterator[Row]:
    """Yield the single-neuron statistics and the functional connectivity of the two states."""
    published = Published(resolve("simulated_data/pronold2024"))
    for state, (name, label, chi) in HUMAN.items():
        if name not in known:
            continue
        own = table(known[name], "single_units")
        other = known.get(SECOND_SEEDS[state])
        seed = table(other, "single_units") if other else None
        row = partial(Row, name, f"human, {state}, χ = {chi:g}")
        if other:
            seconds = facts(other)["t_sim_ms"] / 1000
            row = partial(
                row, second_name=f"second seed, {seconds:g} s", other_experiment=SECOND_SEEDS[state]
            )
        for quantity in ("rate", "cv", "lvr"):
            sample = published.sample("default", label, quantity)
            what = f"{LABELS[quantity]} of neurons of caudal ACC"
            mean, own_mean = float(np.mean(sample)), float(np.mean(own[quantity]))
            seed_mean = float(np.mean(seed[quantity])) if seed else None
            yield row(
                f"mean {what}{' (spikes/s)' if quantity == 'rate' else ''}",
                mean,
                own_mean,
                limit=0.1 * mean,
                second=seed_mean,
                between=None if seed_mean is None else seed_mean - own_mean,
            )
            yield row(
                f"Kolmogorov-Smirnov distance to the published distribution, {what}",
                0.0,
                ks_distance(own[quantity], sample),
                limit=0.1,
                second=ks_distance(seed[quantity], sample) if seed else None,
                between=ks_distance(own[quantity], seed[quantity]) if seed else None,
            )
        matrix, fc = published.connectivity("default", label), _matrix(known[name])
        seed_fc = _matrix(other) if other else None
        chance = None if seed_fc is None else connectivity_agreement(fc, seed_fc)
        yield row(
            "Pearson r with the published functional connectivity (currents)",
            1.0,
            connectivity_agreement(matrix, fc),
            limit=None if chance is None else 1 - chance,  # that of two seeds of one network
            second=None if seed_fc is None else connectivity_agreement(matrix, seed_fc),
            between=chance,
        )


def _compared(folder: Path) -> dict[str, Any]:
    """Return the tables of a summary in which scales are compared."""
    return {name: table(folder, name) for name in SCALES["results"]}


def _matrix(folder: Path) -> pd.DataFrame:
    return table(folder, "fc_currents").set_index("area")


def _sweep(known: dict[str, Path]) -> Iterator[Row]:
    """Yield the similarities to recorded neurons at each published chi that was run.

    The run of a state stands in for a point that was not.
    """
    published = Published(resolve("simulated_data/pronold2024")).chi_sweep("default")
    states = {chi: name for name, _, chi in HUMAN.values()}
    own = {}
    for chi in published.index:
        names = [name for name in (f"human_chi@chi={chi:g}", states.get(chi)) if name in known]
        if names:
            similarities = table(known[names[0]], "activity_similarity").set_index("quantity")
            own[chi] = names[0], similarities["similarity"]
    for quantity, column in SIMILARITIES.items():
        for chi, (name, similarity) in own.items():
            yield Row(
                name,
                "human, sweep over χ",
                f"similarity of {LABELS[quantity]} to recorded neurons, χ = {chi:g}",
                float(published.loc[chi, column]),
                float(similarity[quantity]),
                limit=0.05,
            )


# ---------------------------------------------------------------------------------- macaque model


@cache
def mean_field(name: str) -> pd.Series:
    """Return the rate of each layer and type of an experiment, mean over areas [spikes/s].

    From the theory of its network, in the state that is reached from rest.
    """
    experiment = find_experiment(name)
    network = build_network(experiment.model, experiment.network)
    rates = pd.Series(stationary_rates(network).rates, network.populations.index)
    return rates.groupby(LEVELS[1:]).mean()


def _macaque(known: dict[str, Path]) -> Iterator[Row]:
    """Yield rates, LvR and correlation of each population, means over areas."""
    path = resolve(MACAQUE_PUBLICATION["tables"]["population_averages"])
    published = read_population_averages(path)
    measures = {
        "rates": ("rates", "rate_spikes_per_s", "rate (spikes/s)", 0.1),
        "irregularity": ("lvr", "lvr_active", "LvR of neurons that fired", 0.1),
        "corr_coeff": ("correlation", "correlation", "correlation", 0.3),
    }
    for chi, name in MACAQUE.items():
        if name not in known:
            continue
        theory = mean_field(name)
        for quantity, (file, column, label, share) in measures.items():
            own = table(known[name], file).groupby(["layer", "population"])[column].mean()
            for key, values in (
                published.loc[(chi, quantity), "mean"].unstack("simulator").iterrows()
            ):
                yield Row(
                    name,
                    f"macaque, χ = {chi:g}",
                    f"{label}, {' '.join(key)}",
                    float(values["nest"]),
                    float(own[key]),
                    limit=max(share * values["nest"], 2 * abs(values["nest"] - values["genn"])),
                    mean_field=float(theory[key]) if quantity == "rates" else None,
                    second=float(values["genn"]),
                    second_name="published, GeNN",
                )


# ----------------------------------------------------------------------------------- microcircuit


def _microcircuit(known: dict[str, Path]) -> Iterator[Row]:
    """Yield the rate of each population."""
    if "microcircuit_procedural" not in known:
        return
    reference = resolve("experimental_data/potjans_diesmann/reference_rates.csv")
    published = read_indexed(reference, LEVELS[1:], dict.fromkeys(("nest_3", "mean_field"), float))
    own = table(known["microcircuit_procedural"], "rates").set_index(LEVELS[1:])
    nest = known.get("microcircuit")
    ran = table(nest, "rates").set_index(LEVELS[1:]) if nest else None
    for key, values in published.iterrows():
        yield Row(
            "microcircuit_procedural",
            "microcircuit",
            f"rate (spikes/s), {' '.join(key)}",
            float(values["nest_3"]),
            float(own.loc[key, "rate_spikes_per_s"]),
            limit=max(0.05 * values["nest_3"], 0.05),
            mean_field=float(values["mean_field"]),
            nest=None if ran is None else float(ran.loc[key, "rate_spikes_per_s"]),
            other_experiment="microcircuit" if nest else "",
        )
