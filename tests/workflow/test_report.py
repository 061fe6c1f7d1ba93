"""`snakemake --report` of one figure that needs no simulation."""

import re

import pytest
from small_project import make_project

from multiarea.experiment.loading import load_experiments
from multiarea.figures import figures

TINY = 'net_params = {"N_scaling": 0.0015, "K_scaling": 0.02, "scaling_type": "linear"}\n'


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the text of the report."""
    project = make_project(tmp_path_factory.mktemp("report") / "project")
    project.write_experiment("tiny", TINY)
    (experiment,) = load_experiments([project.folder / "experiments" / "tiny.py"])
    picture = f"out/{experiment.analysis_folder}/plots/area_connectivity.png"
    for words in ([picture], ["--report", "report.html", picture]):
        done = project.snakemake(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    return (project.folder / "report.html").read_text("utf-8")


def test_picture_with_experiment_and_caption(report):
    assert "data:image/png;charset=utf8;filename=area_connectivity.png;base64," in report
    assert '"tiny"' in report
    assert " ".join(figures()["area_connectivity"].caption.split()) in " ".join(report.split())


def test_nothing_is_loaded_from_outside(report):
    assert not re.findall(r"<(?:script|link|img)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//", report)
