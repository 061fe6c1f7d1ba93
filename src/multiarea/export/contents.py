"""What belongs into a crate: everything that an experiment reads, and everything it made."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from snakemake_interface_common.exceptions import WorkflowError

from multiarea.errors import InputError
from multiarea.experiment.config import CONFIG_FILE, read_yaml
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.finding import experiment_file
from multiarea.experiment.loading import load_experiments
from multiarea.experiment.results import RECORDS, results
from multiarea.files.project import project_root, relative, resolve
from multiarea.workflow.rules import Workflow

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
    experiment_places : list of str
        Places of the experiment files.
    config : dict
        What config.yaml of the crate says.
    inputs, results, others : dict of str to Path
        Place in the crate -> file here.
    """

    experiments: list[Experiment]
    experiment_places: list[str]
    config: dict[str, Any]
    inputs: dict[str, Path]
    results: dict[str, Path]
    others: dict[str, Path]

    @property
    def files(self) -> dict[str, Path]:
        """All files."""
        return {**self.others, **self.inputs, **self.results}

    @property
    def config_text(self) -> str:
        """Content of config.yaml."""
        return yaml.safe_dump(self.config, sort_keys=False, allow_unicode=True)


def collect(names: Iterable[str]) -> Contents:
    """Find all files of experiments.

    Parameters
    ----------
    names : iterable of str
        Experiment files or names; none: those of config.yaml.

    Raises
    ------
    InputError
        If an experiment is wrong, a result is absent, or a table lies outside the project.
    """
    raw = read_yaml(resolve(CONFIG_FILE))
    files = [experiment_file(name) for name in names]
    if files:
        raw = {**raw, "experiments": [str(file) for file in files]}
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
    places = {_place_of(experiment.file): experiment for experiment in experiments}
    inputs |= {place: resolve(experiment.file) for place, experiment in places.items()}
    config = {key: value for key, value in raw.items() if key not in OF_THIS_MACHINE}
    config |= {"experiments": list(places), "out": OUT}
    config["virtual_processes"] = flow.config.virtual_processes
    config["simulator"] = flow.config.simulator
    contents = Contents(
        experiments, list(places), config, inputs, _existing(flow, results), _of_the_project()
    )
    _check_alone(contents)
    return contents


def in_crate(path: str, out: str) -> str:
    """Return the place in a crate of a file that a record names."""
    return _in_out(path, out) or _inside(path)


def _files_of(flow: Workflow) -> tuple[list[str], list[str]]:
    """Return the results of all experiments, and the tables that they rest on."""
    wanted = [*flow.results(), *flow.pictures()]
    needed: list[str] = []
    chosen = flow.selection
    for experiment in flow.experiments.values():
        names = [measure.needs for measure in chosen.measures_of(experiment)]
        names += [chosen.needs_of(experiment, one) for one in chosen.figures_of(experiment)]
        of_measures = {need for needs in names for need in needs}
        needed += _flat(chosen.needs(experiment, tuple(sorted(of_measures))).values())
    waiting, networks = [*wanted, *needed], set()
    while waiting:
        network = _network_of(waiting.pop(), flow.out)
        if network and network not in networks:
            networks.add(network)
            found = _flat(flow.inputs_of_network(network).values())
            needed += found
            waiting += found
            wanted.append(f"{flow.out}/{network}/{results()['network'].file}")
    wanted += [path for path in needed if _in_out(path, flow.out)]
    for folder in dict.fromkeys(str(PurePosixPath(path).parent) for path in wanted):
        wanted += [f"{folder}/{name}" for name in RECORDS]
    tables = [path for path in needed if not _in_out(path, flow.out)]
    return list(dict.fromkeys(wanted)), list(dict.fromkeys(tables))


def _network_of(path: str, out: str) -> str:
    place = _in_out(path, out)
    return place.split("/")[1] if place else ""


def _flat(values: Iterable[Any]) -> list[str]:
    return [path for value in values for path in ([value] if isinstance(value, str) else value)]


def _in_out(path: str, out: str) -> str:
    """Return the place of a result, or an empty text for another file."""
    folder = resolve(out)
    try:
        return f"{OUT}/{resolve(path).relative_to(folder).as_posix()}"
    except ValueError:
        return ""


def _inside(path: str | Path) -> str:
    place = relative(path)
    if Path(place).is_absolute() or place.startswith("../"):
        raise InputError(
            f"{place}: lies outside the project, and no other machine would find it there; move it "
            "into the project and name it relative to it"
        )
    return place


def _place_of(file: Path) -> str:
    place = relative(file)
    outside = Path(place).is_absolute() or place.startswith("../")
    return f"experiments/{file.name}" if outside else place


def _terms(tables: Iterable[str]) -> Iterator[Path]:
    """Yield what stands beside tables, and above them, about their origin and licence."""
    root = project_root()
    folders = {parent for place in tables for parent in (root / place).parents}
    for folder in sorted(folders):
        if folder != root and folder.is_relative_to(root):
            yield from (folder / name for name in TERMS if (folder / name).is_file())


def _of_the_project() -> dict[str, Path]:
    root = project_root()
    return {name: root / name for name in OF_THE_PROJECT if (root / name).is_file()}


def _existing(flow: Workflow, results: list[str]) -> dict[str, Path]:
    absent = [path for path in results if not resolve(path).is_file()]
    if absent:
        names = ", ".join(flow.experiments)
        raise InputError(
            f"{names}: {len(absent)} of {len(results)} results are absent, the first: {absent[0]}; "
            "run the experiment first (make run)"
        )
    return {_in_out(path, flow.out): resolve(path) for path in results}


def _check_alone(contents: Contents) -> None:
    """Raise InputError if the experiments are others when only the crate's inputs are there."""
    with tempfile.TemporaryDirectory() as name:
        for place, file in {**contents.others, **contents.inputs}.items():
            link = Path(name, place)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(file.absolute())
        Path(name, "experimental_data").mkdir(exist_ok=True)
        with contextlib.chdir(name):
            defaults = (contents.config[key] for key in ("virtual_processes", "simulator"))
            found = load_experiments(contents.experiment_places, *defaults)
    for here, there in zip(contents.experiments, found, strict=False):
        if here.analysis_folder != there.analysis_folder:
            raise InputError(
                f"{relative(here.file)}: another experiment without the rest of the project; it "
                "must not depend on files or settings that it does not name as parameters"
            )
