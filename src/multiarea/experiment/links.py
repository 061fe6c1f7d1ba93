"""`out/by-name/<experiment>`: links to the folders of an experiment, whose own names are hashes."""

from __future__ import annotations

import os
import re
import uuid
import warnings
from collections.abc import Iterable
from pathlib import Path

from multiarea.experiment.experiment import Experiment
from multiarea.experiment.results import results
from multiarea.files.project import resolve

BY_NAME = "by-name"
"""Folder of the links, below that of the results."""
OWN_LINK = re.compile(r"\.\./\.\./[0-9a-f]{32}(/|$)")
"""Where a link leads that was made here."""


def link_results(experiments: Iterable[Experiment], out: str | Path) -> None:
    """Let the links of `experiments` lead to those of their folders that exist.

    Links that led elsewhere, or to what is not there any more, are replaced or removed. Nothing
    else in `out`, the folder of the results, is touched. Where the system makes no links, there is
    a warning.
    """
    try:
        for experiment in experiments:
            for name, target in _folders(experiment).items():
                _link(resolve(out) / BY_NAME / experiment.name / name, target)
    except OSError as error:
        warnings.warn(f"{out}/{BY_NAME}: no links to the results: {error.strerror}", stacklevel=2)


def named_folder(experiment: Experiment, name: str, out: str | Path) -> Path:
    """Return the folder `name` of an experiment in `out` by its link, or without one as it is.

    The names are network, simulation, analysis and plots; the path is one from the current folder.
    """
    target = _folders(experiment)[name]
    link = resolve(out) / BY_NAME / experiment.name / name
    leads_there = link.is_symlink() and link.readlink() == _text(target)
    return Path(os.path.relpath(link if leads_there else resolve(out) / target))


def whereabouts(experiment: Experiment, out: str | Path) -> str:
    """Return a text that tells where in `out` pictures, measures and spikes of an experiment are.

    It tells of what exists.
    """
    plots, analysis, simulation = (
        named_folder(experiment, name, out) for name in ("plots", "analysis", "simulation")
    )
    pictures = len(list(plots.glob("*.png")))
    spikes = simulation / results()["spikes"].file
    lines = []
    if pictures:
        lines.append(f"pictures  {plots} ({pictures}, each as png and pdf)")
    if any(analysis.glob("*.*")):
        lines.append(f"measures  {analysis}")
    if spikes.is_file():
        lines.append(f"spikes    {spikes}")
    nothing = [f"no results yet: python -m multiarea run {experiment.name}"]
    return "\n  ".join([experiment.name, *(lines or nothing)]) + "\n"


def _folders(experiment: Experiment) -> dict[str, Path]:
    """Return the folders of an experiment by the names of their links."""
    return {
        "network": experiment.network_folder,
        "simulation": experiment.simulation_folder,
        "analysis": experiment.analysis_folder,
        "plots": experiment.analysis_folder / "plots",
    }


def _text(target: Path) -> Path:
    return Path("../..") / target


def _link(link: Path, target: Path) -> None:
    is_link = link.is_symlink()
    if is_link and not OWN_LINK.match(f"{link.readlink()}"):
        return
    if not is_link and link.exists():
        return
    if not (link.parents[2] / target).is_dir():
        link.unlink(missing_ok=True)
    elif not is_link or link.readlink() != _text(target):
        link.parent.mkdir(parents=True, exist_ok=True)
        temporary = link.with_name(f".{link.name}.{uuid.uuid4().hex[:8]}")
        temporary.symlink_to(_text(target), target_is_directory=True)
        temporary.replace(link)
