"""Which runs and networks the figures of the publications on the macaque are drawn from."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace

import pytest
from snakemake.logging import logger

from multiarea.experiment.loading import load_experiments
from multiarea.workflow.rules import Workflow
from publications import paper_figures, publications
from publications.workflow import PaperFigures

STATES = ["experiments/macaque_downscaled.py", "experiments/macaque_metastable_downscaled.py"]
SWEEP = "experiments/sweeps/macaque_chi.py"


def flow_of(tmp_path, *experiments: str) -> Workflow:
    return Workflow({"experiments": list(experiments), "out": str(tmp_path)})


def runs_of(flow: Workflow, name: str) -> list[dict]:
    """Return the user's runs."""
    runs = json.loads(PaperFigures(flow.selection).spec(SimpleNamespace(paper=name)))["runs"]
    return [run for run in runs if not run["is_summary"]]


def test_runs_are_chosen_by_their_state(tmp_path):
    flow = flow_of(tmp_path, *STATES, "experiments/downscaled_base.py")
    (ground,) = runs_of(flow, "schmidt2018b/ground_state")
    (metastable,) = runs_of(flow, "schmidt2018b/metastable")
    assert ground["name"] == "macaque_downscaled" and (ground["chi"], ground["chi_I"]) == (1, 1)
    assert (metastable["chi"], metastable["chi_I"]) == (1.9, 2)
    assert [run["name"] for run in runs_of(flow, "pronold2024/base_state")] == ["downscaled_base"]
    assert runs_of(flow, "schmidt2018a/communities") == []


def test_figures_without_any_run_are_left_out_with_a_reason(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr("publications.runs.SUMMARIES", ())
    papers = PaperFigures(flow_of(tmp_path).selection)
    wanted = "figures/schmidt2018b/ground_state"
    with caplog.at_level(logging.WARNING, logger=logger.name):
        pictures = papers.pictures()
    assert f"not drawn: {wanted}: no run of the ground state comes" in caplog.text
    assert f"{wanted}.png" not in pictures and "figures/schmidt2018b/bistability.png" in pictures
    assert "ground_state" not in papers.records(SimpleNamespace(publication="schmidt2018b"))
    with pytest.raises(SystemExit, match=r"experiments=experiments/one_computer/macaque_chi_1\.py"):
        papers.inputs(SimpleNamespace(paper="schmidt2018b/ground_state"))


def test_figures_come_back_with_a_run(tmp_path):
    papers = PaperFigures(flow_of(tmp_path, *STATES).selection)
    assert {f"figures/{name}.png" for name in paper_figures()} <= set(papers.pictures())
    papers.inputs(SimpleNamespace(paper="schmidt2018b/ground_state"))


def test_every_state_tells_how_it_is_simulated():
    for figure in paper_figures().values():
        keys = [*figure.panels, *(figure.runs if figure.needs_run else ())]
        for role in {key.partition("@")[0] for key in keys} - {"sweep"}:
            path = figure.publication.simulations[role]
            assert load_experiments([path]), f"{figure.name}: {path}"


def test_a_run_of_one_area_is_no_run_of_the_state(tmp_path):
    flow = flow_of(tmp_path, "experiments/macaque_v1_downscaled.py")
    assert runs_of(flow, "schmidt2018b/ground_state") == []
    assert runs_of(flow, "schmidt2018b/v1_activity") == []


def test_the_sweep_has_the_published_states(tmp_path):
    """Schmidt et al. 2018b, Fig. 4A."""
    points = load_experiments([SWEEP])
    assert [p.network.connection_params.cc_weights_factor for p in points] == [
        *(1.0, 1.8, 1.9, 2.0, 2.1, 2.5)
    ]
    flow = flow_of(tmp_path, SWEEP)
    found = runs_of(flow, "schmidt2018b/v1_activity")
    assert sorted(run["chi"] for run in found) == [1.0, 1.8, 1.9, 2.0, 2.1, 2.5]
    assert {run["variant"] for run in found} == {"default"}
    assert [run["chi"] for run in runs_of(flow, "schmidt2018b/metastable")] == [1.9]


def test_inputs_are_explicit(tmp_path):
    papers = PaperFigures(flow_of(tmp_path).selection)
    inputs = papers.inputs(SimpleNamespace(paper="schmidt2018b/population_rates"))
    path = publications()["schmidt2018b"].references["metastable"]
    (metastable,) = load_experiments([path])
    theory = f"{tmp_path}/{metastable.network_hash}/theory/rates.csv"
    assert inputs["metastable_theory"] == theory
    inputs = papers.inputs(SimpleNamespace(paper="schmidt2018a/cytoarchitecture"))
    assert "experimental_data/macaque/thickness/laminar.csv" in inputs["base_sources"]
    spec = json.loads(papers.spec(SimpleNamespace(paper="schmidt2018a/cytoarchitecture")))
    assert spec["networks"]["base"]["connection_params"]["g"] == -16
