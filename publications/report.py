"""What `snakemake --report report.html` says about the figures of publications."""

from __future__ import annotations

import json
from typing import Any

from multiarea.workflow.report import as_rst
from publications import PaperFigure, paper_figures
from publications.workflow import PaperFigures

RUN = "{name} (chi = {chi:g}, N_scaling {N_scaling:g}, K_scaling {K_scaling:g}, {t_sim:g} ms)"


class PaperReport:
    """Headings and captions of the report, as functions of a rule's wildcards.

    Parameters
    ----------
    papers : PaperFigures
    """

    def __init__(self, papers: PaperFigures) -> None:
        self._papers = papers

    @staticmethod
    def publication(wildcards: Any) -> str:
        """Return which publication a figure is from."""
        return _figure(wildcards).publication.citation

    @staticmethod
    def figure(wildcards: Any) -> dict[str, str]:
        """Return the heading of a figure."""
        return {"result": _figure(wildcards).title}

    def caption(self, wildcards: Any) -> str:
        """Return the caption of a figure, with the runs drawn."""
        figure = _figure(wildcards)
        runs = [RUN.format(**run) for run in json.loads(self._papers.spec(wildcards))["runs"]]
        drawn = f"Runs drawn: {'; '.join(runs) or 'none'}." if figure.runs else ""
        return as_rst(f"{figure.published}. {figure.caption} {drawn}")


def _figure(wildcards: Any) -> PaperFigure:
    return paper_figures()[wildcards.paper]
