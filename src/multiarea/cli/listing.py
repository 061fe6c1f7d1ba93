"""`list`: the experiments, their hashes and folders, and which results exist."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from multiarea.experiment.config import load_config
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.finding import experiment_file, experiment_files, find_experiment
from multiarea.experiment.loading import load_experiments
from multiarea.experiment.results import results
from multiarea.files.project import relative, resolve


def list_experiments(only_results: bool = False, names: Sequence[str] = ()) -> str:
    """Return the text that `list` prints, with `only_results` only where the results are.

    It shows the experiments of the files or `names` that are given, or else those of config.yaml
    and then all others.

    Raises InputError if an experiment is wrong, or there is none of a name.
    """
    config = load_config()
    out, defaults = Path(config.out), (config.virtual_processes, config.simulator)
    files = [experiment_file(name) for name in names if "@" not in name]
    configured = load_experiments(files if names else config.experiments, *defaults)
    configured += [find_experiment(name) for name in names if "@" in name]
    if only_results:
        return "".join(_results(experiment, out) for experiment in configured)
    if names:
        return _heading("asked for", configured, out)
    known = {relative(experiment.file) for experiment in configured}
    lines = [_heading("run by config.yaml", configured, out)]
    others = [path for path in experiment_files() if relative(path) not in known]
    if others:
        found = load_experiments(others, *defaults)
        lines.append(_heading("not in config.yaml", found, out))
    return "\n".join(lines)


def _heading(title: str, experiments: list[Experiment], out: Path) -> str:
    return f"Experiments {title}:\n" + "".join(_entry(e, out) for e in experiments)


def _entry(experiment: Experiment, out: Path) -> str:
    done = [f"{'[x]' if path.is_file() else '[ ]'} {rule}" for rule, path in _last(experiment, out)]
    network = experiment.network
    return (
        f"\n{experiment.name}  ({relative(experiment.file)})\n"
        f"  model       {experiment.model}, N_scaling {network.N_scaling:g}, "
        f"K_scaling {network.K_scaling:g}, {experiment.simulation.t_sim:g} ms\n"
        f"  network     {experiment.network_hash}\n"
        f"  simulation  {experiment.simulation_hash}\n"
        f"  analysis    {experiment.analysis_hash}\n"
        f"  results     {out / experiment.analysis_folder}\n"
        f"  exists      {'  '.join(done)}\n"
    )


def _results(experiment: Experiment, out: Path) -> str:
    folder = out / experiment.analysis_folder
    pictures = sorted(resolve(folder / "plots").glob("*.png"))
    lines = [f"{experiment.name}: results in {folder}"]
    if pictures:
        lines.append(f"  {len(pictures)} pictures (png, pdf) in {folder / 'plots'}:")
        lines.extend(f"    {picture.name}" for picture in pictures)
    else:
        lines.append("  no pictures yet: make run")
    return "\n".join(lines) + "\n"


def _last(experiment: Experiment, out: Path) -> list[tuple[str, Path]]:
    """Return the rules of an experiment, and the file that exists when each is done."""
    made = {"network": "network", "theory": "theory", "simulate": "spikes"}
    if not experiment.network.has_theory:
        del made["theory"]
    paths = [(rule, results()[name].path(experiment)) for rule, name in made.items()]
    paths.append(("analyse", experiment.analysis_folder / "provenance.json"))
    return [(rule, resolve(out / path)) for rule, path in paths]
