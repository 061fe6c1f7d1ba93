"""A call of Snakemake in this process: what it will run is known before it starts."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from snakemake_interface_common.exceptions import WorkflowError

from multiarea.errors import InputError
from multiarea.experiment.config import read_config, read_yaml
from multiarea.files.project import is_project, project_root
from multiarea.workflow.configuration import NOTHING_TO_RUN
from multiarea.workflow.rules import Workflow

OPTIONS = ("--quiet", "host", "reason", "--rerun-incomplete", "--show-failed-logs")
"""What every call has. Options of the caller follow, and end the list of words of --quiet."""


@dataclass(frozen=True)
class Call:
    """A call of Snakemake.

    Attributes
    ----------
    flow : Workflow
        The experiments that it runs, in the folder that it writes.
    arguments : argparse.Namespace
        What Snakemake makes of its words.
    parser : argparse.ArgumentParser
        Snakemake's.
    """

    flow: Workflow
    arguments: Any
    parser: Any

    @property
    def is_dry(self) -> bool:
        """Whether it only tells what it would do."""
        return bool(self.arguments.dryrun)

    @property
    def has_targets(self) -> bool:
        """Whether it makes certain files in place of everything."""
        return bool(self.arguments.targets)

    def aim_at(self, targets: Sequence[str]) -> None:
        """Let it make the files `targets`, too."""
        self.arguments.targets = [*(self.arguments.targets or ()), *targets]

    def execute(self) -> bool:
        """Run it in the project's folder; return whether it succeeded."""
        from snakemake.cli import args_to_api

        return bool(args_to_api(self.arguments, self.parser))


def prepare(words: Sequence[str], changes: dict[str, Any]) -> Call:
    """Return the call of Snakemake with `words` in the current folder, which is the project.

    `changes` are keys of config.yaml with other values. The jobs find this Python on PATH.

    Raises InputError if the configuration or an experiment is wrong, or there is nothing to run.
    """
    from snakemake.cli import parse_args, parse_config
    from snakemake.exceptions import CliException
    from snakemake.settings.types import ConfigSettings
    from snakemake.utils import update_config

    if not is_project(root := project_root()):
        raise InputError(f"{root}: not a checkout of multiarea; 'run' needs its Snakefile")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        parser, arguments = parse_args([*OPTIONS, *words])
    except CliException as error:
        raise InputError(f"Snakemake: {error}") from None
    stated = [f"{key}={json.dumps(value)}" for key, value in changes.items()]
    arguments.config = [*(arguments.config or ()), *stated]
    try:
        config, files = parse_config(arguments.config), arguments.configfile or ()
        for file in files:
            read_yaml(Path(file))  # Snakemake's own message does not name it
        settings = ConfigSettings(config=config, configfiles=files)
        content = read_config()
        update_config(content, settings.overwrite_config)
        if not content.get("experiments") and not arguments.targets:
            raise InputError(NOTHING_TO_RUN)
        flow = Workflow(content, SimpleNamespace(basedir=root, config_settings=settings))
    except (WorkflowError, ValueError) as error:
        raise InputError(f"{error}") from None
    return Call(flow, arguments, parser)
