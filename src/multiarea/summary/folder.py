"""The folder of a summary: tables, what was run, and a page that explains them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from jinja2 import Template

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.experiment.config import load_config, project_config
from multiarea.experiment.experiment import Experiment, network_hash
from multiarea.experiment.finding import find_experiment
from multiarea.experiment.results import results
from multiarea.files.atomic import atomic_path, checksum, write_json
from multiarea.files.project import relative, resolve
from multiarea.files.provenance import Provenance
from multiarea.models import get_model, shown_areas
from multiarea.spikes.store import Spikes
from multiarea.stages.inputs import Inputs, blamed_on_foreign, flat, load_inputs
from multiarea.stages.records import read_record
from multiarea.summary import RUN
from multiarea.summary.tables import TABLES, Table
from multiarea.workflow.selection import Selection

FACTS = ("wall_time_s", "cpu_time_s", "peak_memory_bytes", "virtual_processes", "versions", "git")
"""What is taken from the record of the simulation."""


def summarise(
    name: str, folder: Path, only: Collection[str] = (), out: Path | None = None
) -> list[str]:
    """Write the summary of an experiment into a folder.

    Parameters
    ----------
    name : str
        Experiment file or name.
    folder : Path
        Made if absent; a summary in it is replaced.
    only : collection of str
        Names of the tables to write; none: all that the experiment has.
    out : Path, optional
        Folder of the results; that of config.yaml.

    Returns
    -------
    list of str
        Names of the files with the tables.

    Raises
    ------
    InputError
        If there is no such experiment or table, a result of the experiment is absent or damaged,
        or the folder holds other files than a summary.
    """
    _require_own(folder)
    experiment = find_experiment(name)
    raw = project_config(out)
    selection = Selection(load_config({**raw, "experiments": [str(experiment.file)]}))
    experiment = selection.experiments[experiment.name]
    chosen = {
        name: table for name, table in TABLES.items() if _can(selection, experiment, table.needs)
    }
    for table_name in only:
        if table_name not in chosen:
            raise InputError(
                f"--only: {experiment.name} has no table '{one_line(table_name, 60)}'; it has "
                f"{', '.join(chosen)}.{did_you_mean(table_name, chosen)}"
            )
    chosen = {name: table for name, table in chosen.items() if name in (only or chosen)}
    needs = {need for table in chosen.values() for need in table.needs}
    paths = _paths(selection, experiment, needs | {"spikes"})
    inputs = _read(experiment, paths)
    facts = _facts(selection, experiment, inputs["spikes"])
    areas = inputs["spikes"].populations.index.unique("area")
    inputs["shown_areas"] = shown_areas(get_model(experiment.model), list(areas))
    inputs["parameters"] = experiment.analysis
    with blamed_on_foreign(paths, f"cannot summarise {experiment.name}"):
        contents = {table_name: table.condense(inputs) for table_name, table in chosen.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for table_name, content in contents.items():
        with atomic_path(folder / f"{table_name}.csv") as temporary:
            content.to_csv(temporary, index=False, float_format="%.5g")
    checksums = {name: checksum(folder / f"{name}.csv") for name in contents}
    write_json(folder / RUN, facts | {"tables_sha256": checksums})
    with atomic_path(folder / "README.md") as temporary:
        temporary.write_text(_page(selection, experiment, chosen, only), "utf-8")
    for table_name in TABLES.keys() - contents.keys():  # of an earlier summary, perhaps another run
        (folder / f"{table_name}.csv").unlink(missing_ok=True)
    return [f"{table_name}.csv" for table_name in chosen]


# ------------------------------------------------------------------------------------- internals


def _require_own(folder: Path) -> None:
    """Raise InputError if a `folder` has files, but no summary: they might be replaced."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / RUN).is_file():
        raise InputError(
            f"--to: {one_line(folder)} holds other files; expected a new or an empty folder, or "
            f"one with a summary ({RUN})"
        )


def _spikes(experiment: Experiment) -> tuple[Any, ...]:
    return tuple(getattr(experiment.network, "single_spike", ()))


def _can(selection: Selection, experiment: Experiment, needs: tuple[str, ...]) -> bool:
    if "t_spike" in needs:
        return bool(_spikes(experiment))
    return selection.can(experiment, needs)


def _paths(selection: Selection, experiment: Experiment, needs: set[str]) -> Inputs:
    """Return the files of what the tables are made from, all as they were recorded."""
    files = selection.needs(experiment, tuple(sorted(needs - {"spikes_without", "t_spike"})))
    if "spikes_without" in needs:
        file = _without_spike(experiment) / results()["spikes"].file
        files["spikes_without"] = f"{selection.out}/{file}"
    paths = {
        name: [resolve(path) for path in ([found] if isinstance(found, str) else found)]
        for name, found in files.items()
    }
    absent = {name: path for name, found in paths.items() for path in found if not path.is_file()}
    if absent:
        name, path = next(iter(absent.items()))
        how = f"python -m multiarea run {experiment.name} makes them"
        if set(absent) == {"spikes_without"}:
            how = "run the same experiment without the extra spike first"
        raise InputError(
            f"{experiment.name}: {len(absent)} of the results that a summary rests on are absent, "
            f"the first: {relative(path)}; {how}"
        )
    Provenance("summarise", flat(paths))  # refuses files that changed since they were made
    return paths


def _read(experiment: Experiment, paths: Inputs) -> dict[str, Any]:
    """Return what the tables are made from, by name."""
    own = {name: found for name, found in paths.items() if name != "spikes_without"}
    loaded = load_inputs(experiment.model, own)
    if "spikes_without" in paths:
        loaded["spikes_without"] = results()["spikes"].read(paths["spikes_without"][0])
        loaded["t_spike"] = float(_spikes(experiment)[0][3])
    return loaded


def _facts(selection: Selection, experiment: Experiment, spikes: Spikes) -> dict[str, Any]:
    """Return what was run, on what, and what it took."""
    store = resolve(selection.file(experiment, "spikes"))
    record = read_record(store.parent).provenance
    n_neurons = int(spikes.populations["n_neurons"].sum())
    is_simulated = experiment.simulation.spikes_from is None
    return {
        "experiment": experiment.name,
        "file": relative(experiment.file),
        "model": experiment.model,
        "network_hash": experiment.network_hash,
        "simulation_hash": experiment.simulation_hash,
        "analysis_hash": experiment.analysis_hash,
        "N_scaling": experiment.network.N_scaling,
        "K_scaling": experiment.network.K_scaling,
        "simulator": experiment.simulation.simulator if is_simulated else "none: spikes of a file",
        "t_sim_ms": experiment.simulation.t_sim,
        "master_seed": experiment.simulation.master_seed if is_simulated else None,
        "n_neurons": n_neurons,
        "n_spikes": len(spikes),
        "mean_rate_spikes_per_s": round(len(spikes) / n_neurons / spikes.t_stop * 1000, 6),
        "spikes_sha256": checksum_of_spikes(spikes),
        "simulation": {name: record[name] for name in FACTS if name in record},
    }


def checksum_of_spikes(spikes: Spikes) -> str:
    """Return the SHA-256 of all `spikes`, however their file stores them.

    Of the number of spikes of each neuron (int64), then the times (float64, ms), population after
    population; two runs with the same checksum have the same spikes.
    """
    digest = hashlib.sha256()
    for _, trains in spikes.items():
        digest.update(trains.counts.astype("<i8").tobytes())
        digest.update(trains.times.astype("<f8").tobytes())
    return digest.hexdigest()


def _page(
    selection: Selection, experiment: Experiment, tables: dict[str, Table], only: Collection[str]
) -> str:
    """Return the page that explains the folder, with the commands that make it."""
    template = Template(Path(__file__).with_name("page.md").read_text("utf-8"))
    options = f" --only {' '.join(tables)}" if only else ""
    return (
        template.render(
            name=experiment.name,
            file=relative(experiment.file),
            model=get_model(experiment.model).__doc__.splitlines()[0],
            told=_told(experiment),
            runs=json.dumps(_runs(selection, experiment, tables), ensure_ascii=False),
            is_simulated=experiment.simulation.spikes_from is None,
            tables=tables,
            options=options,
        )
        + "\n"
    )


def _runs(selection: Selection, experiment: Experiment, tables: dict[str, Table]) -> list[str]:
    """Return what has to be run: the experiment, and that of its file without the extra spike."""
    folders = [experiment.simulation_folder]
    if any("spikes_without" in table.needs for table in tables.values()):
        folders.insert(0, _without_spike(experiment))
    found = {one.simulation_folder: _told(one) for one in selection.experiments.values()}
    found[experiment.simulation_folder] = _told(experiment)
    return [found[folder] for folder in folders if folder in found]


def _told(experiment: Experiment) -> str:
    """Return the word by which commands find an experiment from the project folder."""
    file = relative(experiment.file)
    _, at, point = experiment.name.partition("@")
    return experiment.name if file.startswith("experiments/") else f"{file}{at}{point}"


def _without_spike(experiment: Experiment) -> Path:
    """Return the folder of the simulation without the extra spike."""
    network = experiment.network.model_copy(update={"single_spike": ()})
    return Path(network_hash(experiment.model, network), experiment.simulation_hash)
