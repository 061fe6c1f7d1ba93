"""What belongs in a crate: everything that an experiment reads, and everything it made."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

from snakemake_interface_common.exceptions import WorkflowError

from multiarea.errors import InputError
from multiarea.experiment.config import project_config
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.finding import find_experiments
from multiarea.experiment.results import RECORDS, results
from multiarea.files.project import relative, resolve
from multiarea.parameters.config import CONFIG_FILE
from multiarea.workflow.rules import Workflow
from multiarea.workflow.selection import flat

OUT = "out"
"""Folder of the results in a crate."""
OF_THIS_MACHINE = ("cluster", "MPIRUN", "MPI_MODULES", "NEST_PATH")
OF_THE_PROJECT = ("Snakefile", "humam.yml", "requirements.lock", "LICENSE", "CITATION.cff")
TERMS = ("README.md", "LICENSE.md")
"""Files that say where a table comes from and what one may do with it."""


@dataclass(frozen=True)
class Contents:
    """The files of a crate.

    Attributes
    ----------
    experiments : list of Experiment
    config : dict
        Content of config.yaml of the crate.
    out : str
        Folder of the results here.
    inputs, results, others : dict of str to Path
        Place in the crate -> file here.
    """

    experiments: list[Experiment]
    config: dict[str, Any]
    out: str
    inputs: dict[str, Path]
    results: dict[str, Path]
    others: dict[str, Path]

    @property
    def files(self) -> dict[str, Path]:
        """All files."""
        return {**self.others, **self.inputs, **self.results}


def collect(names: Iterable[str], out: Path | None = None) -> Contents:
    """Find all files of experiments.

    Parameters
    ----------
    names : iterable of str
        Experiment files or names; none: those of config.yaml.
    out : Path, optional
        Folder of the results; that of config.yaml.

    Raises
    ------
    InputError
        If an experiment is wrong, a result is absent, or a table lies outside the project.
    """
    raw = project_config(out)
    if named := list(names):
        raw = {**raw, "experiments": named}
    try:
        flow = Workflow(raw)
        results, tables = _files_of(flow)
    except WorkflowError as error:
        raise InputError(str(error)) from None
    experiments = list(flow.experiments.values())
    if not experiments:
        raise InputError(f"{CONFIG_FILE}: experiments: expected at least one")
    inputs = {_inside(path): resolve(path) for path in tables}
    inputs |= {_inside(path): path for path in _terms(inputs)}
    places = {_place_of(experiment.file): resolve(experiment.file) for experiment in experiments}
    config = {key: value for key, value in raw.items() if key not in OF_THIS_MACHINE}
    config |= {"experiments": crate_names(flow), "out": OUT}
    config |= {key: getattr(flow.config, key) for key in ("virtual_processes", "simulator")}
    others = {name: resolve(name) for name in OF_THE_PROJECT if resolve(name).is_file()}
    made = _existing(flow, results)
    contents = Contents(experiments, config, relative(flow.out), inputs | places, made, others)
    _check_alone(contents)
    return contents


def in_crate(path: str, out: str) -> str:
    """Return the place in a crate of a file `path`, where `out` is the folder of the results."""
    return in_out(path, out) or _inside(path)


def _files_of(flow: Workflow) -> tuple[list[str], list[str]]:
    """Return the results of all experiments, and the tables that they are made from."""
    wanted = [*flow.results(), *flow.pictures()]
    needed: list[str] = []
    chosen = flow.selection
    for experiment in flow.experiments.values():
        names = [measure.needs for measure in chosen.measures_of(experiment)]
        names += [chosen.needs_of(experiment, one) for one in chosen.figures_of(experiment)]
        needs = sorted({need for needs in names for need in needs})
        needed += flat(chosen.needs(experiment, tuple(needs)).values())
        needed += flat(chosen.imported(experiment).values())
    waiting, networks = [*wanted, *needed], set()
    while waiting:
        _, _, place = in_out(waiting.pop(), flow.out).partition("/")
        network = place.split("/")[0]
        if network and network not in networks:
            networks.add(network)
            found = flat(flow.network_inputs(SimpleNamespace(net=network)).values())
            needed += found
            waiting += found
            wanted.append(f"{flow.out}/{network}/{results()['network'].file}")
    wanted += [path for path in needed if in_out(path, flow.out)]
    for folder in dict.fromkeys(str(PurePosixPath(path).parent) for path in wanted):
        wanted += [f"{folder}/{name}" for name in RECORDS]
    tables = [path for path in needed if not in_out(path, flow.out)]
    return list(dict.fromkeys(wanted)), list(dict.fromkeys(tables))


def in_out(path: str, out: str) -> str:
    """Return the place in a crate of a result at `path` below the folder `out`; '' for others."""
    file, folder = resolve(path), resolve(out)
    return f"{OUT}/{file.relative_to(folder)}" if file.is_relative_to(folder) else ""


def _inside(path: str | Path) -> str:
    if _is_outside(place := relative(path)):
        raise InputError(
            f"{place}: lies outside the project, and no other machine would find it there; move it "
            "into the project and name it relative to it"
        )
    return place


def _place_of(file: Path) -> str:
    place = relative(file)
    return f"experiments/{file.name}" if _is_outside(place) else place


def crate_names(flow: Workflow) -> list[str]:
    """Return how config.yaml of a crate names what `flow` runs: files, or points of a sweep."""
    chosen: dict[Path, list[str]] = {}
    for experiment in flow.experiments.values():
        chosen.setdefault(experiment.file, []).append(experiment.name.partition("@")[2])
    names = []
    for file, points in chosen.items():
        is_whole = len(flow.selection.load([str(file)])) == len(points)
        place = _place_of(file)
        names += [place] if is_whole else [f"{place}@{point}" for point in points]
    return names


def _is_outside(place: str) -> bool:
    return place.startswith(("/", "../"))


def _terms(tables: Iterable[str]) -> Iterator[Path]:
    """Yield the files next to tables, and above them, about their origin and licence."""
    folders = {parent for place in tables for parent in PurePosixPath(place).parents if parent.name}
    for folder in map(resolve, sorted(folders)):
        yield from (folder / name for name in TERMS if (folder / name).is_file())


def _existing(flow: Workflow, results: list[str]) -> dict[str, Path]:
    absent = [path for path in results if not resolve(path).is_file()]
    if absent:
        names = list(flow.experiments)
        raise InputError(
            f"{', '.join(names)}: {len(absent)} of {len(results)} results are absent, the first: "
            f"{absent[0]}; python -m multiarea run {' '.join(names)} makes them"
        )
    return {in_out(path, flow.out): resolve(path) for path in results}


def _check_alone(contents: Contents) -> None:
    """Raise InputError if the experiments differ where only the crate's inputs are there."""
    with tempfile.TemporaryDirectory() as name:
        for place, file in {**contents.others, **contents.inputs}.items():
            link = Path(name, place)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(file.absolute())
        Path(name, "experimental_data").mkdir(exist_ok=True)
        with contextlib.chdir(name):
            keys = ("experiments", "virtual_processes", "simulator")
            found = find_experiments(*(contents.config[key] for key in keys))
    for here, there in zip(contents.experiments, found, strict=False):
        if here.analysis_folder != there.analysis_folder:
            raise InputError(
                f"{relative(here.file)}: another experiment without the rest of the project; it "
                "must not depend on files or settings that it does not name as parameters"
            )
