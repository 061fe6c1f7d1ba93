"""`python -m multiarea tables` and `theory` on the full-scale experiments of macaque and column."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from multiarea.cli import main
from multiarea.experiment.loading import load_experiments
from multiarea.workflow.rules import Workflow

#: Neurons; published recurrent synapses; mean rate of the lowest state [spikes/s]; states.
EXPERIMENTS = {
    "macaque_base": (4_129_924, 27_690_096_281, 2.32703, 2),
    "macaque_ground_state": (4_129_924, 24_126_520_949, 3.729, 2),
    "macaque_metastable": (4_129_924, 24_126_520_949, 3.642, 2),
    "microcircuit": (77_169, 298_880_968, 4.794, 1),
}

N_PROJECTIONS = 12_000


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_tables_and_theory(name: str, tmp_path: Path):
    n_neurons, n_synapses, rate, n_points = EXPERIMENTS[name]
    experiment = f"experiments/full_scale/{name}.py"
    assert main(["tables", experiment, "--to", str(tmp_path / "tables")]) == 0
    areas = pd.read_csv(tmp_path / "tables/areas.csv")
    assert areas["n_neurons"].sum() == n_neurons
    columns = ["n_synapses_within_area", "n_synapses_from_other_areas"]
    lost = n_synapses - areas[columns].sum().sum()
    assert 0 <= lost < N_PROJECTIONS, "each projection is truncated to an integer"
    assert main(["theory", experiment, "--to", str(tmp_path / "rates.csv")]) == 0
    rates = pd.read_csv(tmp_path / "rates.csv").filter(like="rate_")
    assert rates.shape[1] == n_points
    assert rates["rate_1"].mean() == pytest.approx(rate, rel=2e-4)


@pytest.mark.parametrize(
    ("small", "large"),
    [
        ("macaque_downscaled", "macaque_ground_state"),
        ("macaque_metastable_downscaled", "macaque_metastable"),
    ],
)
def test_macaque_is_scaled_down_with_its_own_rates(small: str, large: str, tmp_path: Path):
    flow = Workflow({"experiments": [f"experiments/{small}.py"], "out": str(tmp_path)})
    (one,) = flow.experiments.values()
    inputs = flow.network_inputs(SimpleNamespace(net=one.network_hash))
    assert inputs["rates"] == [f"{tmp_path}/{one.full_scale_hash}/theory/rates.csv"]
    (full,) = load_experiments([f"experiments/full_scale/{large}.py"])
    assert full.network_hash == one.full_scale_hash
