"""Where a configuration comes from, and what it does not run."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from multiarea.errors import InputError
from multiarea.experiment.config import load_config, read_yaml
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.finding import experiment_files
from multiarea.files.project import project_root, relative, resolve
from multiarea.files.provenance import new_files
from multiarea.parameters.config import CONFIG_FILE

LONGEST_LIST = 5
"""Number of files that a note names."""
NOTHING_TO_RUN = (
    f"{CONFIG_FILE}: experiments: no experiment is named, so none is run; 'experiments: "
    "experiments/*.py' names every file in that folder"
)


def checked(name: str, folder: str) -> str:
    """Return the path of a configuration file if it is sound YAML, with each key once.

    It is the one of this `name` in the current folder, or else that in the `folder` of the
    Snakefile. Snakemake's own reader takes the last of two values, and follows aliases; here
    Snakemake is ended.
    """
    path = Path(name) if Path(name).exists() or Path(name).is_symlink() else Path(folder, name)
    if path.absolute() == Path(name).absolute():
        path = Path(name)
    try:
        read_yaml(path)
    except InputError as error:
        refuse(error)
    return str(path)


def refuse(message: object) -> NoReturn:
    """End Snakemake with a `message`, from the Snakefile or a function that it calls for a job.

    Around any other exception Snakemake writes wildcards and lines of the code.
    """
    sys.stdout.flush()
    raise SystemExit("\n".join(f"error: {line}" for line in str(message).splitlines()))


def changed_by(settings: Any) -> dict[str, str]:
    """Return {key: file or option} of the keys that the command line of Snakemake changes.

    `settings` are Snakemake's `ConfigSettings`, or None. Raises InputError if a file is not sound.
    """
    places: dict[str, str] = {}
    if settings is not None:
        for path in settings.configfiles:
            places |= dict.fromkeys(read_yaml(path), relative(path))
        places |= dict.fromkeys(settings.config, "--config")
    return places


def told_of(error: Exception | str, places: Mapping[str, str]) -> str:
    """Return the message of an `error` in which each key is told as of its place in `places`."""
    start = re.compile(rf"^{re.escape(CONFIG_FILE)}: (?=(\w+))", re.MULTILINE)
    return start.sub(lambda found: f"{places.get(found[1], CONFIG_FILE)}: ", str(error))


@contextmanager
def warnings_told_of(places: Mapping[str, str]) -> Iterator[None]:
    """Let warnings in the block tell of each key as of its place in `places`."""
    caught: list[warnings.WarningMessage] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            yield
    finally:
        for one in caught:
            warnings.warn(told_of(one.message, places), stacklevel=3)


def tell_of_others(names: Iterable[str], experiments: Iterable[Experiment]) -> None:
    """Warn of files in experiments/ that config.yaml does not run.

    These are files that the user has added. Nothing is said of them where the `names` of the
    `experiments` that run are not those of config.yaml: they have been chosen for this one call.
    """
    chosen = tuple(names)
    try:
        if chosen != load_config().experiments:
            return
    except InputError:
        return
    run = {resolve(experiment.file) for experiment in experiments}
    added = new_files(project_root() / "experiments")
    left = [relative(path) for path in experiment_files() if path in added and path not in run]
    if left:
        more = f" and {len(left) - LONGEST_LIST} more" if len(left) > LONGEST_LIST else ""
        warnings.warn(
            f"not run, because {CONFIG_FILE} does not name them under 'experiments': "
            f"{', '.join(left[:LONGEST_LIST])}{more}",
            stacklevel=2,
        )
