"""`list`: the experiments, their hashes and folders, and which results exist."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from multiarea.experiment.config import load_config, project_config
from multiarea.experiment.differences import differences
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.finding import experiment_files, find_experiments, scripts
from multiarea.experiment.links import named_folder, whereabouts
from multiarea.experiment.loading import load_valid
from multiarea.experiment.results import results
from multiarea.experiment.sweeps import value_text
from multiarea.files.project import relative, resolve
from multiarea.parameters import scale_words

LONGEST_SIZE = 60
"""Length of a text on size, model and time that is still one of a line."""
LONGEST_LINE = 120
"""Length of a line to which differing parameters are added."""
IN_SIZE = frozenset({"N_scaling", "K_scaling", "t_sim"})
"""Parameters that a line has in any case."""


def list_experiments(
    only_results: bool = False, names: Sequence[str] = (), out: Path | None = None
) -> tuple[str, list[str]]:
    """Return the text that `list` prints, and the problems of files that it leaves out.

    With `only_results` the text tells only where the results are. The experiments of the files or
    `names` that are given are shown with their hashes and folders; without names, those of
    config.yaml and then all others with a line for each file. `out` is the folder of the results,
    by default that of config.yaml.

    Raises InputError if an experiment that is named is wrong, or there is none of a name.
    """
    config = load_config(project_config(out))
    out, defaults = Path(config.out), (config.virtual_processes, config.simulator)
    chosen = find_experiments(names or config.experiments, *defaults)
    if only_results:
        return "".join(whereabouts(experiment, out) for experiment in chosen), []
    if names:
        return "\n".join(_entry(experiment, out) for experiment in chosen), []
    known = {relative(experiment.file) for experiment in chosen}
    others, problems = load_valid(
        [path for path in experiment_files() if relative(path) not in known], *defaults
    )
    width = max((len(one.file.stem) for one in (*chosen, *others)), default=0)
    titles = {"Run by config.yaml": chosen, "Others in experiments/": others}
    lines = [f"{title}:\n{_lines(own, out, width)}" for title, own in titles.items() if own]
    lines.append("Hashes, folders and the points of a sweep: python -m multiarea list NAME\n")
    if skipped := ", ".join(map(relative, scripts())):
        lines.append(f"Not experiments, because they define no dictionary of one: {skipped}\n")
    return "\n".join(lines), problems


def _lines(experiments: list[Experiment], out: Path, width: int) -> str:
    """Return a line for each file: size, points of a sweep, and what exists."""
    files: dict[Path, list[Experiment]] = {}
    for experiment in experiments:
        files.setdefault(experiment.file, []).append(experiment)
    return "".join(_line(found, out, width) for found in files.values())


def _line(points: list[Experiment], out: Path, width: int) -> str:
    size, done = " or ".join(dict.fromkeys(map(_size, points))), _done(points[0], out)
    if len(size) > LONGEST_SIZE:
        size = f"{points[0].model}, several sizes"
    if "@" in points[0].name:
        swept = re.findall(r"[@,]([A-Za-z_][\w.]*)=", points[0].name)
        size += f"; {len(points)} points of {', '.join(swept)}"
        simulated = sum(_rule(one) in _done(one, out) for one in points)
        done = [f"{simulated} simulated"]
    start, what = f"  {points[0].file.stem:{width}}  {size}", ", ".join(done) or "nothing yet"
    return f"{start}{_differing(points, LONGEST_LINE - len(start) - len(what))}: {what}\n"


def _differing(points: list[Experiment], room: int) -> str:
    """Return the parameters that all `points` have in place of the defaults, as far as they fit."""
    first, *others = map(differences, points)
    same = {k: v for k, v in first.items() if all(other.get(k) == v for other in others)}
    shown = [f"{name}={value_text(value)}" for name, value in same.items() if name not in IN_SIZE]
    fitting = [one for n, one in enumerate(shown) if len("; ".join(shown[: n + 1])) <= room - 7]
    more = ["..."] if len(fitting) < len(shown) else []
    return f"; {', '.join([*fitting, *more])}" if fitting else ""


def _size(experiment: Experiment) -> str:
    scale = scale_words(experiment.network.N_scaling, experiment.network.K_scaling)
    return f"{experiment.model}, {scale}, {experiment.simulation.t_sim / 1000:g} s"


def _done(experiment: Experiment, out: Path) -> list[str]:
    return [rule for rule, path in _last(experiment, out) if path.is_file()]


def _entry(experiment: Experiment, out: Path) -> str:
    done = [f"{'[x]' if path.is_file() else '[ ]'} {rule}" for rule, path in _last(experiment, out)]
    differing = _differing([experiment], sys.maxsize).removeprefix("; ")
    return (
        f"{experiment.name}  ({relative(experiment.file)})\n"
        f"  model       {_size(experiment)}\n"
        f"  differs in  {differing or 'no other parameter'}\n"
        f"  network     {experiment.network_hash}\n"
        f"  simulation  {experiment.simulation_hash}\n"
        f"  analysis    {experiment.analysis_hash}\n"
        f"  results     {named_folder(experiment, 'analysis', out)}\n"
        f"  exists      {'  '.join(done)}\n"
    )


def _rule(experiment: Experiment) -> str:
    """Return the rule that makes the spikes of an experiment."""
    return "simulate" if experiment.simulation.spikes_from is None else "import_spikes"


def _last(experiment: Experiment, out: Path) -> list[tuple[str, Path]]:
    """Return the rules of an experiment, and the file that exists when each is done."""
    made = {"network": "network", "theory": "theory", _rule(experiment): "spikes"}
    if not experiment.network.has_theory:
        del made["theory"]
    paths = [(rule, results()[name].path(experiment)) for rule, name in made.items()]
    paths.append(("analyse", experiment.analysis_folder / "provenance.json"))
    return [(rule, resolve(out / path)) for rule, path in paths]
