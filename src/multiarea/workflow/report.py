"""What `snakemake --report report.html` says about each result."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiarea.workflow.rules import Workflow

DESCRIPTION = str(Path(__file__).with_name("report_start.rst"))
"""File of what the report opens with."""


ON_PAGE = (
    "rates",
    "cv",
    "lvr",
    "correlation",
    "fc_currents",
    "fc_bold",
    "fc_similarity",
    "resting_state_networks",
)
"""Measures and data whose values are on the page of an experiment, where it has them."""


class Report:
    """The pages on experiments, and what the report says of them, for the rule `page`."""

    template = str(Path(__file__).with_suffix(".rst"))
    """File of the caption for Snakemake: it shows the parameter `caption` of the rule."""
    category = "Experiments"
    """Heading of the pages; those of publications are sorted behind it."""

    def __init__(self, flow: Workflow) -> None:
        self._flow = flow

    def experiment(self, wildcards: Any) -> dict[str, str]:
        """Return the heading of a page: the names of the experiments that it is on."""
        return {"experiment": ", ".join(self._flow.names(wildcards))}

    def inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return what the page on an analysis shows: results, records and pictures."""
        experiment = self._flow.analysis(wildcards)
        folder = f"{self._flow.out}/{experiment.analysis_folder}"
        wanted = [*self._flow.selection.stages_of(experiment)]
        wanted += [name for name in ON_PAGE if self._flow.selection.can(experiment, (name,))]
        return self._flow.selection.needs(experiment, wanted) | {
            "analysis": f"{folder}/provenance.json",
            "plots": f"{folder}/plots/provenance.json",
            "pictures": [
                f"{folder}/plots/{figure.name}.{'gif' if 'gif' in figure.formats else 'png'}"
                for figure in self._flow.selection.figures_of(experiment)
            ],
        }

    def spec(self, wildcards: Any) -> str:
        """Return what the page on an analysis depends on in addition to its inputs as JSON."""
        experiment = self._flow.analysis(wildcards)
        parameters = experiment.analysis.subset(("plotRasterArea",))
        return json.dumps({"model": experiment.model, "parameters": parameters})


def as_rst(text: str) -> str:
    """Return plain text as reStructuredText."""
    return re.sub(r"([\\*`_|])", r"\\\1", text)
