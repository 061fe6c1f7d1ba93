"""The rule `stabilise`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.analysis.results import Arrays, population_labels, save
from multiarea.files.atomic import atomic_path, write_json
from multiarea.files.provenance import Provenance
from multiarea.network.network import Network, load_network
from multiarea.theory.criticality import Drive, drive_between
from multiarea.theory.flow import euler
from multiarea.theory.stabilisation import FRACTIONS, Iteration, change_of_modes, stabilise

log = logging.getLogger(__name__)

EULER_STEP, ITERATIONS = 0.01, 4
"""As published: `multiarea.theory.flow.euler`."""
KEPT_FRACTIONS = (0.0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.625)
"""Fractions of the drive whose trajectories from rest are kept."""
TIMES = np.arange(0, 30.05, 0.1)


def stabilise_stage(networks: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Stabilise in-degrees; outputs: stabilisation.h5, indegree.csv and the records.

    Parameters
    ----------
    networks : two Paths
        The network with the low drive, and that with the high drive.
    outputs : sequence of Path
    """
    provenance = Provenance("stabilise", networks)
    low, high = (load_network(file) for file in networks)
    done = stabilise(low, high, iterations=ITERATIONS, euler_step=EULER_STEP, progress=log.info)
    save(outputs[0], stabilisation_arrays(low, drive_between(low, high), done))
    write_indegrees(outputs[1], low, done[-1].indegree)
    write_json(outputs[2], {"iterations": ITERATIONS, "euler_step": EULER_STEP})
    critical = [step.critical.fraction for step in done if step.critical]
    provenance.write(outputs[2].parent, outputs[:3], critical_fractions=critical)


def write_indegrees(target: Path, network: Network, indegree: np.ndarray) -> None:
    """Write in-degrees (P, P) as a table that the macaque's `K_stable_path` reads."""
    table = pd.DataFrame(indegree, network.labels, network.labels)
    with atomic_path(target) as temporary:
        table.rename_axis("target").to_csv(temporary, float_format="%.8f")


def stabilisation_arrays(low: Network, drive: Drive, done: Sequence[Iteration]) -> Arrays:
    """Return all iterations; arrays of iteration n, counted from 1, end in `_n`.

    `fraction` is the critical drive, `change` what each mode alone would change in the in-degrees,
    relative to their sum; `way_*` are trajectories from rest with the in-degrees of `low`.
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
        if step.critical and step.modes and step.projections:
            per_mode = {
                "eigenvalues": step.modes.eigenvalues,
                "right": step.modes.right[:, 0],
                "left": step.modes.left[0],
                "share": step.projections.share,
                "change": change_of_modes(low, drive, step),
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
    return {
        "way_fractions": (np.array(KEPT_FRACTIONS), ("way",), ""),
        "way_times": (TIMES, ("time",), ""),
        "way_means": (np.array(means), ("way", "time"), "spikes/s"),
        "way_ends": (
            np.array([one[-1].rates for one in trajectories]),
            ("way", "population"),
            "spikes/s",
        ),
    }
