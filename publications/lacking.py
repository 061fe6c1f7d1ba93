"""What a caption says of panels with and without a run, and the command that makes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from publications import PaperFigure

NAMES = {
    "base": "run of the base state",
    "metastable": "run of the metastable state",
    "sweep": "run on the axis of χ",
    "variants": "run of a variant",
    "scales": "run",
    "pairs": "pair of runs without and with the extra spike",
}
"""Role -> what is missing, where it is not "run of the <role>"."""
GROUPS = {"sweep": "variant", "variants": "variant", "pairs": "single_spike"}
"""Role -> the fact that is empty of a run that does not have it."""


def lacking(figure: PaperFigure, runs: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each group of panels of `figure` that has no run.

    `runs` are the facts of those that are drawn: see `publications.runs.PaperRuns.facts`.
    """
    runs = list(runs)
    missing = [key for key in figure.panels if not any(_has(run, key) for run in runs)]
    return [f"{figure.panels[key]}: {no_run(figure, key)}" for key in missing]


def caption_with(figure: PaperFigure, runs: Iterable[Mapping[str, Any]]) -> str:
    """Return the caption of `figure`, with what it says of panels that are drawn of `runs` only.

    `runs` are as in `lacking`.
    """
    runs = list(runs)
    drawn = [text for key, text in figure.of_runs.items() if any(_has(run, key) for run in runs)]
    return " ".join([*drawn, figure.caption])


def no_run(figure: PaperFigure, key: str) -> str:
    """Return that `figure` has no run for a `key` of its `panels`, and how to get one."""
    role, _, chi = key.partition("@")
    what = NAMES.get(role, f"run of the {role.replace('_', ' ')}")
    what += f" at χ = {chi}" if chi else ""
    text = f"no {what} comes with this software, and none is in the folder of results."
    if role not in figure.publication.simulations:
        return text
    file = figure.publication.simulations[role]
    command = f"snakemake --cores 2 --config experiments={file} -- figures/{figure.name}.png"
    return f"{text} At full scale on one computer: `{command}`"


def _has(run: Mapping[str, Any], key: str) -> bool:
    role, _, chi = key.partition("@")
    fits = bool(run[GROUPS[role]]) if role in GROUPS else run["role"] == role
    return fits and (not chi or float(chi) == run["chi"])
