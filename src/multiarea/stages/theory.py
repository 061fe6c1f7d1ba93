"""The rule `theory`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from multiarea.build.rates import NO_FIXED_POINT
from multiarea.errors import InputError
from multiarea.experiment.results import RECORDS
from multiarea.files.atomic import atomic_path
from multiarea.files.provenance import Provenance
from multiarea.network.network import Network, load_network
from multiarea.stages.records import record_folder
from multiarea.stages.specs import check_outputs
from multiarea.theory import FixedPoints, fixed_points, fixed_points_table

log = logging.getLogger(__name__)


def theory_stage(network_path: Path, outputs: Sequence[Path]) -> None:
    """Find the stationary rates of `network_path`; `outputs`: rates.csv and the records."""
    check_outputs(outputs, ".csv", *RECORDS)
    provenance = Provenance("theory", [network_path])
    network = load_network(network_path)
    points = solve(network, str(network_path))
    write_rates(outputs[0], network, points.rates)
    means = [float(rate) for rate in points.rates.mean(axis=1)]
    log.info(
        "theory: %d fixed points, mean rates %s spikes/s, residuals below %.1e",
        len(points.rates),
        ", ".join(f"{rate:.4g}" for rate in means),
        max(points.residuals),
    )
    record_folder(
        outputs,
        {"theory": "stationary rates", "seed": 123},
        provenance,
        n_fixed_points=len(points.rates),
        mean_rates_spikes_per_s=means,
        residuals_spikes_per_s=points.residuals.tolist(),
        stable=points.stable.tolist(),
        found_by=list(points.found_by),
        n_starts_not_converged=int(points.n_not_converged),
        notes=list(points.notes),
    )


def solve(network: Network, name: str) -> FixedPoints:
    """Return the fixed points of `network`.

    Raises InputError if there are none; it begins with `name`.
    """
    points = fixed_points(network, progress=log.info)
    if not len(points.rates):
        raise InputError(f"{name}: {NO_FIXED_POINT}")
    return points


def write_rates(path: Path, network: Network, rates: np.ndarray) -> None:
    """Write `rates` of states of `network`, (n, P) [spikes/s], to the table `path`."""
    with atomic_path(path) as temporary:
        fixed_points_table(network, rates).to_csv(temporary, index=False)
