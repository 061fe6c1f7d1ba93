"""`snakemake --report` of one figure that needs no simulation."""

import re
import shutil

import pytest
from small_project import CHECKOUT, make_project

from publications import paper_figures

FIGURE = "pronold2024/multapses_autapses"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the text of the report."""
    project = make_project(tmp_path_factory.mktemp("report") / "project")
    for name in ("experiments/full_scale", "publications"):
        shutil.copytree(CHECKOUT / name, project.folder / name)
    (project.folder / "config.yaml").write_text("experiments: []\n")
    picture = f"figures/{FIGURE}.png"
    for words in ([picture], ["--report", "report.html", picture]):
        done = project.snakemake(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    return (project.folder / "report.html").read_text("utf-8")


def test_picture_with_publication_and_caption(report):
    figure = paper_figures()[FIGURE]
    assert "data:image/png;charset=utf8;filename=multapses_autapses.png;base64," in report
    assert figure.publication.citation in report
    assert " ".join(figure.caption.split()) in " ".join(report.split())


def test_nothing_is_loaded_from_outside(report):
    assert not re.findall(r"<(?:script|link|img)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//", report)
