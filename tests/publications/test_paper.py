"""Which runs the figures of the publication are drawn from, and the sweeps that are shipped."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from multiarea.experiment.loading import load_experiments
from multiarea.workflow.rules import Workflow
from publications import publications
from publications.points import signature, spike_pairs
from publications.pronold2024.published import read_chi_sweep
from publications.workflow import PaperFigures

HUMAN = publications()["pronold2024"]
REFERENCES, VARIANTS = HUMAN.references, HUMAN.variants
SWEEP = "experiments/chi_sweep_downscaled.py"
SPIKES = "experiments/sweeps/single_spike.py"


def flow_of(tmp_path, *experiments: str) -> Workflow:
    return Workflow({"experiments": list(experiments), "out": str(tmp_path)})


def figure(name: str) -> SimpleNamespace:
    return SimpleNamespace(paper=f"pronold2024/{name}")


def runs_of(flow: Workflow, name: str) -> list[dict]:
    """Return the user's runs; summaries come before them."""
    runs = json.loads(PaperFigures(flow.selection).spec(figure(name)))["runs"]
    return [run for run in runs if not run["is_summary"]]


@pytest.mark.parametrize("variant", VARIANTS)
def test_sweeps_repeat_the_published_points(checkout, variant: str):
    table = read_chi_sweep(checkout / "simulated_data/pronold2024/chi_sweep.csv")
    points = load_experiments([VARIANTS[variant]])
    found = [point.network.scaling_factors_recurrent.cc_scalingEtoE for point in points]
    assert found == sorted(table.loc[variant].index)
    assert all(point.simulation.t_sim == 12500 for point in points)


def test_variants_are_told_apart():
    found = [signature(load_experiments([path])[-1].network, HUMAN) for path in VARIANTS.values()]
    assert len({(text, round(ratio, 6)) for text, ratio in found}) == len(VARIANTS)
    ratios = dict(zip(VARIANTS, (ratio for _, ratio in found), strict=True))
    assert ratios["default"] == 2 and ratios["lower_e_to_i"] == 1
    assert ratios["chi_inhibitory_10_7"] == pytest.approx(10 / 7)


def test_full_scale_experiments_are_not_run_by_default(checkout):
    flow = Workflow({"experiments": ["experiments/downscaled_base.py"]})
    assert all(run.network.is_scaled for run in flow.experiments.values())
    sweeps = sorted((checkout / "experiments/sweeps").glob("*.py"))
    assert len(sweeps) > 5
    for path in sweeps:
        assert not any(point.network.is_scaled for point in load_experiments([path])), path.name


def test_runs_are_chosen_by_their_state(tmp_path):
    flow = flow_of(tmp_path, SWEEP)
    assert [run["name"] for run in runs_of(flow, "base_state")] == ["chi_sweep_downscaled@chi=1"]
    assert [run["chi"] for run in runs_of(flow, "best_fit")] == [2.5]
    assert [run["chi"] for run in runs_of(flow, "chi_sweep")] == [0, 1, 1.5, 2, 2.5, 3]
    assert {run["variant"] for run in runs_of(flow, "chi_sweep")} == {"default"}
    # one run is drawn, the largest of this state: the summary of the full scale
    (largest,) = json.loads(PaperFigures(flow.selection).spec(figure("temporal_hierarchy")))["runs"]
    assert largest["role"] == "best_fit" and largest["name"] == "human_best_fit"
    assert runs_of(flow, "sweep_variants") == []


def test_the_largest_run_is_taken(tmp_path):
    flow = flow_of(tmp_path, "experiments/downscaled_base.py", REFERENCES["base"])
    assert [run["name"] for run in runs_of(flow, "base_state")] == ["base"]


@pytest.mark.parametrize("file", [SPIKES, "experiments/single_spike_downscaled.py"])
def test_pairs_with_and_without_a_spike(tmp_path, file):
    flow = flow_of(tmp_path, file)
    found = [(run["name"], bool(run["single_spike"])) for run in runs_of(flow, "spike_journey")]
    stem, spike = Path(file).stem, "single_spike=pericalcarine-IV-E"
    time = "2000" if file == SPIKES else "500"
    assert found == [
        (f"{stem}@chi=1,single_spike=none", False),
        (f"{stem}@chi=1,{spike}-{time}", True),
        (f"{stem}@chi=2.5,single_spike=none", False),
        (f"{stem}@chi=2.5,{spike}-{time}", True),
    ]
    assert spike_pairs(load_experiments([file])[1::2]) == []


def test_downscaled_spikes_use_the_networks_of_the_downscaled_sweep():
    sweep = {point.network_hash for point in load_experiments([SWEEP])}
    plain = load_experiments(["experiments/single_spike_downscaled.py"])[::2]
    assert {point.network_hash for point in plain} < sweep


def test_points_are_shared_and_finished_runs_are_drawn_but_not_started(tmp_path):
    base = load_experiments(["experiments/downscaled_base.py"])[0]
    point = load_experiments([SWEEP])[1]
    assert point.analysis_folder == base.analysis_folder
    empty = flow_of(tmp_path)
    assert runs_of(empty, "base_state") == []
    spikes = tmp_path / base.simulation_folder / "spikes.h5"
    spikes.parent.mkdir(parents=True)
    spikes.touch()
    flow = flow_of(tmp_path)
    assert len(runs_of(flow, "base_state")) == 1
    inputs = PaperFigures(flow.selection).inputs(figure("base_state"))
    summary = "simulated_data/full_scale/human_base"
    assert inputs["run_0_raster"] == f"{summary}/raster.csv" and "run_0_spikes" not in inputs
    assert inputs["run_1_spikes"].endswith(f"{base.simulation_folder.as_posix()}/spikes.h5")
    assert flow.pictures() == []


def test_a_pair_that_comes_as_a_summary_is_drawn_of_its_first_differences(tmp_path):
    """Without the spikes of single neurons, of which such a summary has none."""
    figures = PaperFigures(flow_of(tmp_path).selection)
    told = json.loads(figures.spec(figure("spike_journey")))["runs"]
    assert all(run["is_summary"] for run in told)
    drawn = [(run["chi"], len(run["single_spike"])) for run in told]
    assert {(1, 0), (1, 1)} <= set(drawn) and len(drawn) % 2 == 0
    inputs = figures.inputs(figure("spike_journey"))
    assert "run_1_first_differences" in inputs
    assert not any(key.endswith(("_raster", "_spikes")) for key in inputs)


def test_inputs_are_explicit(tmp_path):
    inputs = PaperFigures(flow_of(tmp_path, SWEEP).selection).inputs(figure("mean_field"))
    base = load_experiments([REFERENCES["base"]])[0]
    assert inputs["base_network"] == f"{tmp_path}/{base.network_hash}/network.h5"
    assert inputs["base_theory"] == f"{tmp_path}/{base.network_hash}/theory/rates.csv"
    assert {key for key in inputs if key.startswith("run_")} == {
        f"run_{n}_{name}" for n in (0, 1) for name in ("theory", "rates")
    }


def test_a_summary_gives_way_to_the_same_simulation_in_full(tmp_path):
    told = json.loads(Path("simulated_data/full_scale/human_base/run.json").read_text("utf-8"))
    spec = PaperFigures(flow_of(tmp_path).selection).spec(figure("base_state"))
    (run,) = json.loads(spec)["runs"]
    assert run["is_summary"] and run["role"] == "base"
    assert (run["name"], run["t_sim"]) == (told["experiment"], told["t_sim_ms"])
    assert run["folder"] == "simulated_data/full_scale/human_base"
    flow = flow_of(tmp_path, told["file"])
    (run,) = json.loads(PaperFigures(flow.selection).spec(figure("base_state")))["runs"]
    assert not run["is_summary"] and run["name"] == told["experiment"]
