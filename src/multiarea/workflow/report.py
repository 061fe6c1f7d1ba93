"""What `snakemake --report report.html` says about each result."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multiarea.figures import figures

if TYPE_CHECKING:
    from multiarea.workflow.rules import Workflow

PAGE = {"result": "parameters, provenance, run times"}


class Report:
    """Short headings and captions of the report, as functions of a rule's wildcards."""

    template = str(Path(__file__).with_suffix(".rst"))
    """File of the caption for Snakemake: it shows the parameter `caption` of the rule."""

    def __init__(self, flow: Workflow) -> None:
        self._flow = flow

    def experiment(self, wildcards: Any) -> str:
        """Return the names of the experiments that an analysis belongs to."""
        return ", ".join(self._flow.names(wildcards))

    @staticmethod
    def figure(wildcards: Any) -> dict[str, str]:
        """Return the heading of a figure of an experiment."""
        return {"result": wildcards.figure}

    @staticmethod
    def movie(wildcards: Any) -> dict[str, str]:
        """Return the heading of the movie of a figure of an experiment."""
        return {"result": f"{wildcards.figure}, moving"}

    @staticmethod
    def caption(wildcards: Any) -> str:
        """Return the caption of a figure of an experiment."""
        return as_rst(figures()[wildcards.figure].caption)


def as_rst(text: str) -> str:
    """Return plain text as reStructuredText."""
    return re.sub(r"([\\*`_|])", r"\\\1", text)
