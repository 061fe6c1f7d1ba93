"""The rule `stabilise`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from multiarea.analysis.results import Arrays, population_labels, save
from multiarea.errors import InputError
from multiarea.experiment.results import RECORDS
from multiarea.files.atomic import atomic_path
from multiarea.files.provenance import Provenance
from multiarea.network.network import Network, load_network
from multiarea.stages.records import record_folder
from multiarea.stages.specs import check_outputs
from multiarea.theory.criticality import Drive, drive_between
from multiarea.theory.flow import euler
from multiarea.theory.stabilisation import FRACTIONS, Iteration, stabilise
from multiarea.theory.stationary import NotConvergedError

log = logging.getLogger(__name__)

EULER_STEP, ITERATIONS = 0.01, 4
"""As published; see `multiarea.theory.flow.euler`."""
KEPT_FRACTIONS = (0.0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.625)
"""Fractions of the drive whose trajectories from rest are kept."""
TIMES = np.arange(0, 30.05, 0.1)
"""Pseudo-times of the trajectories."""


def stabilise_stage(networks: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Change in-degrees so that the low state of a network stays stable with a higher drive.

    The two `networks` have the low and the high drive; `outputs` are stabilisation.h5,
    indegree.csv and the records.
    """
    check_outputs(outputs, ".h5", ".csv", *RECORDS)
    provenance = Provenance("stabilise", networks)
    low, high = (load_network(file) for file in networks)
    done = stabilised(low, high, iterations=ITERATIONS, euler_step=EULER_STEP)
    save(outputs[0], stabilisation_arrays(low, drive_between(low, high), done))
    write_indegrees(outputs[1], low, done[-1].indegree)
    spec = {"iterations": ITERATIONS, "euler_step": EULER_STEP}
    critical = [step.critical.fraction for step in done if step.critical]
    record_folder(outputs, spec, provenance, critical_fractions=critical)


def stabilised(low: Network, high: Network, **options: Any) -> list[Iteration]:
    """Return the iterations of `theory.stabilise` from `low` to `high`, with its `options`.

    Raises InputError if the networks differ in more than their drive, or the theory finds no
    unstable state.
    """
    try:
        return stabilise(low, high, progress=log.info, **options)
    except (ValueError, NotConvergedError) as error:
        raise InputError(f"stabilise: {error}") from None


def write_indegrees(target: Path, network: Network, indegree: np.ndarray) -> None:
    """Write the `indegree` (P, P) of `network` to the table `target`, as `K_stable_path` has it."""
    table = pd.DataFrame(indegree, network.labels, network.labels)
    with atomic_path(target) as temporary:
        table.rename_axis("target").to_csv(temporary, float_format="%.8f")


def stabilisation_arrays(low: Network, drive: Drive, done: Sequence[Iteration]) -> Arrays:
    """Return the iterations `done` from the network `low` on; arrays of iteration n end in `_n`.

    `fraction` is the critical share of the `drive`, `change` what each mode alone would change in
    the in-degrees, relative to their sum; `way_*` are trajectories from rest with those of `low`.
    """
    matrix = ("target", "source")
    content = {
        **population_labels(low.populations.index),
        "fractions": (FRACTIONS, ("drive",), ""),
        "indegree_0": (low.indegree, matrix, ""),
        **_trajectories(drive),
    }
    for n, step in enumerate(done, start=1):
        content[f"ends_{n}"] = (step.ends, ("drive", "population"), "spikes/s")
        content[f"indegree_{n}"] = (step.indegree, matrix, "")
        if step.critical and step.modes and step.projections and step.change is not None:
            per_mode = {
                "eigenvalues": step.modes.eigenvalues,
                "right": step.modes.right[:, 0],
                "left": step.modes.left[0],
                "share": step.projections.share,
                "change": step.change,
            }
            content |= {f"{k}_{n}": (v, ("population",), "") for k, v in per_mode.items()}
            content[f"rates_{n}"] = (step.critical.state.rates, ("population",), "spikes/s")
            content[f"fraction_{n}"] = (np.array(step.critical.fraction), (), "")
    return Arrays(content)


def _trajectories(drive: Drive) -> dict[str, tuple[np.ndarray, tuple[str, ...], str]]:
    rest = np.zeros(len(drive.low.tau_m))
    trajectories = [
        list(euler(drive.at(fraction), rest, EULER_STEP, TIMES[-1])) for fraction in KEPT_FRACTIONS
    ]
    every = round((TIMES[1] - TIMES[0]) / EULER_STEP)
    means = [
        [0.0, *(state.rates.mean() for state in one[every - 1 :: every])] for one in trajectories
    ]
    ends = [one[-1].rates for one in trajectories]
    return {
        "way_fractions": (np.array(KEPT_FRACTIONS), ("way",), ""),
        "way_times": (TIMES, ("time",), ""),
        "way_means": (np.array(means), ("way", "time"), "spikes/s"),
        "way_ends": (np.array(ends), ("way", "population"), "spikes/s"),
    }
