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
from multiarea.files.atomic import atomic_path, write_json
from multiarea.files.project import relative, resolve
from multiarea.models import get_model
from multiarea.spikes.store import Spikes
from multiarea.stages.inputs import load_inputs
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
        Made if absent; files of the same names are replaced.
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
        If there is no such experiment or table, or a result of the experiment is absent.
    """
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
    inputs = _inputs(selection, experiment, needs | {"spikes"})
    folder.mkdir(parents=True, exist_ok=True)
    for table_name, table in chosen.items():
        content = table.condense({**inputs, "parameters": experiment.analysis})
        with atomic_path(folder / f"{table_name}.csv") as temporary:
            content.to_csv(temporary, index=False, float_format="%.5g")
    write_json(folder / RUN, _facts(selection, experiment, inputs["spikes"]))
    with atomic_path(folder / "README.md") as temporary:
        temporary.write_text(_page(experiment, chosen, only), "utf-8")
    return [f"{table_name}.csv" for table_name in chosen]


# ------------------------------------------------------------------------------------- internals


def _spikes(experiment: Experiment) -> tuple[Any, ...]:
    return tuple(getattr(experiment.network, "single_spike", ()))


def _can(selection: Selection, experiment: Experiment, needs: tuple[str, ...]) -> bool:
    if "t_spike" in needs:
        return bool(_spikes(experiment))
    return selection.can(experiment, needs)


def _inputs(selection: Selection, experiment: Experiment, needs: set[str]) -> dict[str, Any]:
    """Return what the tables are made from."""
    own = sorted(needs - {"spikes_without", "t_spike"})
    files = selection.needs(experiment, tuple(own))
    if "spikes_without" in needs:
        plain = experiment.network.model_copy(update={"single_spike": ()})
        folder = Path(network_hash(experiment.model, plain), experiment.simulation_hash)
        files["spikes_without"] = f"{selection.out}/{folder / results()['spikes'].file}"
    paths = {
        name: [resolve(path) for path in ([found] if isinstance(found, str) else found)]
        for name, found in files.items()
    }
    absent = [path for found in paths.values() for path in found if not path.is_file()]
    if absent:
        raise InputError(
            f"{experiment.name}: {len(absent)} of the results that a summary rests on are absent, "
            f"the first: {relative(absent[0])}; python -m multiarea run {experiment.name} makes "
            "them"
        )
    loaded = load_inputs(experiment.model, {n: p for n, p in paths.items() if n in own})
    if "spikes_without" in needs:
        loaded["spikes_without"] = results()["spikes"].read(paths["spikes_without"][0])
        loaded["t_spike"] = float(_spikes(experiment)[0][3])
    return loaded


def _facts(selection: Selection, experiment: Experiment, spikes: Spikes) -> dict[str, Any]:
    """Return what was run, on what, and what it took."""
    store = resolve(selection.file(experiment, "spikes"))
    record = json.loads(store.with_name("provenance.json").read_text("utf-8"))
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


def _page(experiment: Experiment, tables: dict[str, Table], only: Collection[str]) -> str:
    """Return the page that explains the folder, with the command that makes it."""
    template = Template(Path(__file__).with_name("page.md").read_text("utf-8"))
    model = get_model(experiment.model).__doc__.splitlines()[0]
    file = relative(experiment.file)
    options = f" --only {' '.join(only)}" if only else ""
    told = experiment.name if file.startswith("experiments/") else file
    texts = {"name": experiment.name, "file": file, "model": model, "told": told}
    return template.render(**texts, tables=tables, options=options) + "\n"
