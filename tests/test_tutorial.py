"""The tutorial runs from start to end and shows what its text says."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = "humam_tutorial.ipynb"


def read(checkout):
    return nbformat.read(checkout / NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def outputs(checkout):
    """Return the outputs of the executed notebook, cell by cell."""
    pytest.importorskip("nest")
    notebook = read(checkout)
    path = {"metadata": {"path": str(checkout)}}
    NotebookClient(notebook, timeout=1200, kernel_name="python3", resources=path).execute()
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def printed(outputs):
    entries = [entry for cell in outputs for entry in cell]
    return "".join(entry.text for entry in entries if entry.output_type == "stream")


def test_committed_without_outputs(checkout):
    cells = [cell for cell in read(checkout).cells if cell.cell_type == "code"]
    assert len(cells) > 10
    assert not any(cell.outputs or cell.execution_count for cell in cells)


def test_every_plot_is_shown(checkout, outputs):
    sources = [cell.source for cell in read(checkout).cells if cell.cell_type == "code"]
    plotted = [".plot(" in source for source in sources]
    shown = [any("image/png" in entry.get("data", {}) for entry in cell) for cell in outputs]
    assert sum(plotted) == 6
    assert shown == plotted


def test_theory_is_that_of_the_base_state(printed):
    assert "full: 1 state(s), mean over populations 0.7545 spikes/s" in printed
    scaled = re.search(r"scaled: 1 state\(s\), mean over populations ([\d.]+)", printed)
    assert float(scaled[1]) == pytest.approx(0.7545, rel=0.01)


def test_simulation_agrees_roughly_with_theory(printed):
    mean, theory = re.search(r"all neurons: ([\d.]+) .* theory ([\d.]+)", printed).groups()
    assert float(theory) == pytest.approx(0.436, abs=5e-4)
    assert 0.6 < float(mean) / float(theory) < 1.4


def test_progress_is_reported(printed):
    assert re.search(r"connect: 100 %  .* synapses  in", printed)
    assert re.search(r"simulate: \d\d %  .* of 2\.00 s  ETA", printed)


def test_no_cell_warns(outputs):
    errors = [e.text for cell in outputs for e in cell if e.get("name") == "stderr"]
    assert errors == []
