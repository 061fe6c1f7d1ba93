"""What `snakemake --report report.html` says about each result."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiarea.workflow.rules import Workflow

DESCRIPTION = str(Path(__file__).with_name("report_start.rst"))
"""File of what the report opens with."""


class Report:
    """Headings of the report, as functions of a rule's wildcards."""

    template = str(Path(__file__).with_suffix(".rst"))
    """File of the caption for Snakemake: it shows the parameter `caption` of the rule."""
    category = "Experiments"
    """Heading of the pages; those of publications are sorted behind it."""

    def __init__(self, flow: Workflow) -> None:
        self._flow = flow

    def experiment(self, wildcards: Any) -> dict[str, str]:
        """Return the heading of a page: the names of the experiments that it is on."""
        return {"experiment": ", ".join(self._flow.names(wildcards))}


def as_rst(text: str) -> str:
    """Return plain text as reStructuredText."""
    return re.sub(r"([\\*`_|])", r"\\\1", text)
