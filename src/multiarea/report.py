"""What `snakemake --report report.html` says about each picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from multiarea.figures import figures
from multiarea.paper_figures import paper_figures

if TYPE_CHECKING:
    from multiarea.workflow import Workflow


class Report:
    """Headings and captions of the report, as functions of a rule's wildcards."""

    def __init__(self, flow: Workflow) -> None:
        self._flow = flow

    def experiment(self, wildcards: Any) -> str:
        """Return the names of the experiments that an analysis belongs to."""
        folder = Path(wildcards.net, wildcards.sim, wildcards.ana)
        experiments = self._flow.experiments.values()
        return ", ".join(e.name for e in experiments if e.analysis_folder == folder)

    @staticmethod
    def figure(wildcards: Any) -> dict[str, str]:
        """Return name and caption of a figure of an experiment."""
        return {"figure": wildcards.figure, "caption": figures()[wildcards.figure].caption}

    @staticmethod
    def paper_figure(wildcards: Any) -> dict[str, str]:
        """Return name and caption of a figure of the publication."""
        return {"figure": wildcards.paper, "caption": paper_figures()[wildcards.paper].caption}
