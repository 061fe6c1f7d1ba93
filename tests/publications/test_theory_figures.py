"""Figures that rest on the theory alone: Schuecker et al. 2017, and parts of Schmidt et al. 2018b.

The two iterations drawn are real ones, at the critical drives that `tests/models/macaque` finds.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from looks import assert_published, assert_saved, drawn_texts

from multiarea.data.macaque import read_indegrees
from multiarea.experiment.loading import load_experiments
from multiarea.figures.kinds.saving import save_figure
from multiarea.models import macaque
from multiarea.stages.stabilise import stabilisation_arrays
from multiarea.stages.stability import stability_arrays
from multiarea.theory import basins_of, modes_at, random_starts, stationary_rates, with_indegree
from multiarea.theory.criticality import CriticalDrive, drive_between
from multiarea.theory.flow import follow
from multiarea.theory.stabilisation import FRACTIONS, Iteration, stabilise_once
from multiarea.theory.stationary import end_of_flow
from multiarea.theory.trajectory import slow_state, trajectory_from
from publications import paper_figures, publications
from publications.drawing import caption_of, draw
from publications.drawn_from import Paper
from publications.inputs import readers
from publications.schuecker2017 import bistable_networks, changed_connectivity
from publications.schuecker2017 import stabilisation as over_drive
from publications.schuecker2017.inputs import kappa

REQUIRED = {
    "schuecker2017/bistable_networks": ("161, changed", "separatrix", "two populations"),
    "schuecker2017/critical_drive": (
        "critical κ 1.0744",
        "κ = 1.125: mean over populations 136",
        "1.125",
    ),
    "schuecker2017/critical_modes": ("iteration 1, largest 2.0", "critical mode, iteration 2"),
    "schuecker2017/unstable_states": ("iteration 1: κ = 1.0744", "iteration 2: κ = 1.0828"),
    "schuecker2017/stabilisation": ("Sum of in-degrees 1701", "FEF and 46", "iteration 2"),
    "schuecker2017/changed_connectivity": ("connections: 571 before", "CITv", "clusters"),
    "schuecker2017/stabilised_rates": ("mean over populations 3.38",),
    "schmidt2018b/bistability": ("χ = 1 low: 1 of 2", "χ = 1.9 low: 1 of 2"),
    "schmidt2018b/eigenspace": ("state of 3.642 spikes/s; largest real part 0.589",),
}
CRITICAL = (0.37185578682362097, 0.414136181639973)
"""Of the network with truncated numbers."""


def network_of(path: str) -> Any:
    return macaque.build_network(load_experiments([path])[0].network)


def iteration(low: Any, high: Any, fraction: float) -> Iteration:
    drive, rest = drive_between(low, high), np.zeros(254)
    trajectory = trajectory_from(drive.at(fraction), rest, 0.01)
    state = slow_state(drive.at(fraction), trajectory)
    critical = CriticalDrive(fraction, state)
    ends = [end_of_flow(follow(drive.at(f), rest)).rates for f in FRACTIONS[::10]]
    index = np.arange(len(FRACTIONS)) // 10
    return stabilise_once(low, drive, np.array(ends)[index], critical)


@pytest.fixture(scope="module")
def shared() -> dict[str, Any]:
    publication = publications()["schuecker2017"]
    low, high = (network_of(publication.references[name]) for name in publication.stabilisation)
    first = iteration(low, high, CRITICAL[0])
    changed = [with_indegree(network, first.indegree) for network in (low, high)]
    second = iteration(*changed, CRITICAL[1])
    given = {
        "low_drive_network": low,
        "stabilisation": stabilisation_arrays(low, drive_between(low, high), [first, second]),
        "published_indegrees": read_indegrees(Path(publication.tables["published_indegrees"])),
    }
    stabilised = network_of(publication.references["stabilised"])
    table = stabilised.populations.index.to_frame(index=False)
    given["stabilised_theory"] = table.assign(rate_1=stationary_rates(stabilised).rates)
    for name, experiment in publications()["schmidt2018b"].references.items():
        network = network_of(experiment)
        starts = np.concatenate([np.zeros((1, 254)), random_starts(network, 1)])
        found = basins_of(network, starts)
        modes = [modes_at(network, rates) for rates in found.rates]
        given[f"{name}_stability"] = stability_arrays(network, found, modes)
    given["default_stability"] = {1.9: given["metastable_stability"]}
    return given


def test_figures_are_registered_and_their_needs_exist():
    drawn = [name for name in paper_figures() if name.startswith("schuecker2017/")]
    assert sorted(drawn) == sorted(name for name in REQUIRED if name.startswith("schuecker"))
    for name in REQUIRED:
        figure = paper_figures()[name]
        assert set(figure.needs) <= set(readers(figure.publication))


@pytest.mark.parametrize("name", REQUIRED)
def test_figures(name: str, shared, tmp_path: Path):
    figure = paper_figures()[name]
    paper = Paper({need: shared[need] for need in figure.needs})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = draw(name, paper)
        save_figure(picture, [tmp_path / "a.png"])
    assert_saved(tmp_path / "a.png", picture)
    assert picture.get_size_inches()[0] * 25.4 <= 180.01
    assert min(text.get_fontsize() for text in drawn_texts(picture)) >= 5.5
    assert_published(picture)
    assert "full" in caption_of(figure, paper).lower()
    text = " ".join(" ".join(text.get_text().split()) for text in drawn_texts(picture))
    for wanted in REQUIRED[name]:
        assert wanted in text, f"{wanted!r} is missing in {text!r}"


def test_kappa_of_a_fraction():
    assert kappa(0.625) == pytest.approx(1.125)


def test_first_change_is_in_fef_and_46(shared):
    changes = over_drive.area_changes(shared["stabilisation"], 1)
    assert changes.stack().idxmin() == ("FEF", "FEF")
    assert changes.loc["46", "FEF"] < -0.05 and abs(changes.loc["V1"]).max() < 1e-3
    by_source = over_drive.source_changes(shared["stabilisation"], 1)
    total = (
        shared["stabilisation"]["indegree_1"].sum() / shared["stabilisation"]["indegree_0"].sum()
    )
    assert by_source.sum() == pytest.approx(total - 1)


def test_shares_of_source_areas_by_hand(shared):
    network = shared["low_drive_network"]
    counts = changed_connectivity.synapse_counts(network, network.indegree)
    shares = changed_connectivity.shares(counts)
    synapses = network.between_areas(network.synapses).to_numpy().astype(float)
    np.fill_diagonal(synapses, 0)
    assert shares[0] == pytest.approx(synapses[0] / synapses[0].sum())
    assert np.count_nonzero(shares) == 571
    upper = changed_connectivity.supragranular(counts)
    rows, columns = network.area_of == "V1", network.area_of == "V2"
    block = network.populations.index[columns].get_level_values("layer")
    from_v2 = network.synapses[np.ix_(rows, columns)].sum(axis=0)
    assert upper[0, 1] == pytest.approx(from_v2[block == "II/III"].sum() / from_v2.sum())


def test_states_of_the_toy_network():
    grid = np.linspace(0, 100, 401)
    found = bistable_networks.states(bistable_networks.excitatory_network(160.0), grid)
    assert [stable for _, stable in found] == [True, False, True]
    assert [rate for rate, _ in found][1:] == pytest.approx([15.84966, 41.29255], abs=1e-5)
    assert bistable_networks.stabilised_indegree() == pytest.approx(420 * (1 - 1 / 15.84966))
