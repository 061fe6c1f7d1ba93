"""What the rule `compare` and the command of this name ask: which files of which runs."""

from __future__ import annotations

import json
import shlex
from functools import cached_property
from pathlib import Path
from typing import Any

from multiarea.errors import InputError
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.hashing import parameter_hash
from multiarea.experiment.results import KEY_LENGTH, RECORDS
from multiarea.files.project import relative, resolve
from multiarea.workflow.selection import Selection

MEASURES = (
    "rates",
    "rates_individual",
    "cv",
    "lvr",
    "correlation",
    "fc_currents",
    "fc_bold",
    "power_spectra",
)
"""What is compared, where a run has it."""
OF_PAIRS = ("fc_currents", "fc_bold")
"""Those that compare areas."""
OUTPUTS = (
    "parameters.csv",
    "statistics.csv",
    "populations.csv",
    "distances.csv",
    "comparison.png",
    "comparison.pdf",
    *RECORDS,
)
"""Files of a comparison, in the order in which `comparison.stage` writes them."""


class Comparison:
    """The comparison of all experiments of a selection.

    Parameters
    ----------
    selection : Selection
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._experiments = list(selection.experiments.values())

    def results(self, _: Any = None) -> list[str]:
        """Return the files of the comparison.

        Raises InputError if there are fewer than two experiments.
        """
        if len(self._experiments) < 2:
            found = ", ".join(one.name for one in self._experiments) or "none"
            raise InputError(
                f"compare: expected at least two experiments or points of sweeps, got {found}"
            )
        key = parameter_hash(self.facts)[:KEY_LENGTH]
        return [f"{self._selection.out}/comparisons/{key}/{name}" for name in OUTPUTS]

    def inputs(self, _: Any = None) -> dict[str, str]:
        """Return the measures of all runs: `run_<number>_<measure>` and file."""
        return {
            f"run_{n}_{name}": self._selection.file(experiment, name)
            for n, experiment in enumerate(self._experiments)
            for name in self._measures(experiment)
        }

    def spec(self, _: Any = None) -> str:
        """Return `facts` as JSON."""
        return json.dumps(self.facts)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Name, model and parameters of each run."""
        return {
            "runs": [
                {
                    "name": one.name,
                    "model": one.model,
                    "parameters": {
                        "net_params": one.network.identity,
                        "sim_params": one.simulation.identity,
                        "ana_params": one.analysis.identity,
                    },
                }
                for one in self._experiments
            ]
        }

    def require(self) -> dict[str, list[Path]]:
        """Return the files of `inputs`.

        Raises InputError if one is absent.
        """
        found = {name: [resolve(path)] for name, path in self.inputs().items()}
        absent = {name: paths[0] for name, paths in found.items() if not paths[0].is_file()}
        if absent:
            lacking = dict.fromkeys(self._experiments[run_of(name)[0]].name for name in absent)
            raise InputError(
                f"{', '.join(lacking)}: {len(absent)} of the results that are compared are absent, "
                f"the first: {relative(next(iter(absent.values())))}; python -m multiarea run "
                f"{shlex.join(lacking)} makes them"
            )
        return found

    def _measures(self, experiment: Experiment) -> list[str]:
        """Return the measures of an experiment that are compared."""
        return [name for name in MEASURES if self._selection.can(experiment, (name,))]


def run_of(name: str) -> tuple[int, str]:
    """Return the number of the run and the measure that the `name` of an input says."""
    _, number, measure = name.split("_", 2)
    return int(number), measure
