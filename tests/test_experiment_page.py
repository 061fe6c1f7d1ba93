"""The page that explains an experiment."""

import json

import pytest

from multiarea.stages.experiment_page import Record, flattened, read_record, write_experiment_page

MADE = {
    "started": "2026-11-22T09:34:39+00:00",
    "wall_time_s": 310.96,
    "cpu_time_s": 442.759,
    "peak_memory_bytes": 3457896448,
    "inputs": {"tables/a<b>.csv": "d65aef"},
    "versions": {"multiarea": "0.1.0", "nest": "3.10.0"},
    "git": {"commit": "221fa01", "dirty": True},
    "host": {"name": "vm", "n_cpus": 2},
}


@pytest.fixture
def page(tmp_path):
    spikes = Record({"t_sim": 5000.0, "rec_dev": ["spike_recorder"]}, MADE)
    network = Record({"model": "human", "parameters": {"N_scaling": 0.006, "x": {"g": -5.0}}}, MADE)
    records = {"network": network, "simulation": spikes, "analysis": Record({"seed": 1}, MADE)}
    write_experiment_page(records, {"rates": MADE}, tmp_path / "experiment.html")
    return (tmp_path / "experiment.html").read_text("utf-8")


def row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def test_all_parameters_by_stage(page):
    simulation = page.index("Parameters: simulation")
    assert page.index("Parameters: network") < page.index(row("x.g", "-5.0")) < simulation
    assert row("model", "human") in page and row("N_scaling", "0.006") in page
    assert page.index(row("rec_dev", "[&#34;spike_recorder&#34;]")) > simulation


def test_run_times_of_stages_and_measures(page):
    for name in ("network", "simulation", "analysis", "rates"):
        assert row(name, "2026-11-22 09:34:39", "311.0", "442.8", "3458") in page


def test_origin(page):
    assert row("commit", "221fa01, with changes") in page
    assert row("machine", "vm, 2") in page and row("nest", "3.10.0") in page
    assert row("tables/a&lt;b&gt;.csv", "d65aef") in page


def test_nothing_is_loaded_from_outside(page):
    assert "src=" not in page and "href=" not in page


def test_flattened():
    nested = {"a": 1, "b": {"c": {"d": 2}, "e": {}}}
    assert list(flattened(nested)) == [("a", 1), ("b.c.d", 2), ("b.e", {})]


def test_record_of_a_folder(tmp_path):
    for name in ("parameters", "provenance"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"is": name}))
    assert read_record(tmp_path) == ({"is": "parameters"}, {"is": "provenance"})
