"""`list`: the experiments, their hashes and folders, and which results exist."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from multiarea.experiment.config import load_config
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.finding import experiment_files, find_experiments, scripts
from multiarea.experiment.loading import load_valid
from multiarea.experiment.results import results
from multiarea.files.project import relative, resolve


def list_experiments(
    only_results: bool = False, names: Sequence[str] = ()
) -> tuple[str, list[str]]:
    """Return the text that `list` prints, and the problems of files that it leaves out.

    With `only_results` the text tells only where the results are. It shows the experiments of the
    files or `names` that are given, or else those of config.yaml and then all others.

    Raises InputError if an experiment that is named is wrong, or there is none of a name.
    """
    config = load_config()
    out, defaults = Path(config.out), (config.virtual_processes, config.simulator)
    chosen = find_experiments(names or config.experiments, *defaults)
    if only_results:
        return "".join(_results(experiment, out) for experiment in chosen), []
    if names:
        return _heading("asked for", chosen, out), []
    known = {relative(experiment.file) for experiment in chosen}
    lines = [_heading("run by config.yaml", chosen, out)]
    others, problems = load_valid(
        [path for path in experiment_files() if relative(path) not in known], *defaults
    )
    if others:
        lines.append(_heading("not in config.yaml", others, out))
    if skipped := ", ".join(map(relative, scripts())):
        lines.append(f"Not experiments, because they define no dictionary of one: {skipped}\n")
    return "\n".join(lines), problems


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
