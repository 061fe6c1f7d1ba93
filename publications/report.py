"""What `snakemake --report report.html` says about the figures of publications."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from multiarea.parameters import scale_words
from multiarea.workflow.report import as_rst
from publications import PaperFigure, paper_figures
from publications.lacking import caption_with, lacking
from publications.workflow import PaperFigures


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
        facts = json.loads(self._papers.spec(wildcards))["runs"]
        runs = "; ".join(map(_run, facts)) or "none"
        drawn = f" Runs drawn: {runs}." if figure.runs else ""
        missing = "".join(f" Not drawn: {text}" for text in lacking(figure, facts))
        return as_rst(f"{figure.published}. {caption_with(figure, facts)}{drawn}{missing}")


def _run(facts: Mapping[str, Any]) -> str:
    """Return the name, state, scale and length of a run."""
    scale = scale_words(facts["N_scaling"], facts["K_scaling"])
    return f"{facts['name']} (χ = {facts['chi']:g}, {scale}, {facts['t_sim'] / 1000:g} s)"


def _figure(wildcards: Any) -> PaperFigure:
    return paper_figures()[wildcards.paper]
