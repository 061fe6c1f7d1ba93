"""The rule `theory`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multiarea.errors import InputError
from multiarea.files.atomic import atomic_path
from multiarea.files.provenance import Provenance
from multiarea.stages.records import record_folder

log = logging.getLogger(__name__)


def theory_stage(network_path: Path, outputs: Sequence[Path]) -> None:
    """Solve for the stationary rates of a network; outputs: rates.csv and the records."""
    from multiarea.build.rates import NO_FIXED_POINT
    from multiarea.network.network import load_network
    from multiarea.theory import fixed_points, fixed_points_table

    provenance = Provenance("theory", [network_path])
    network = load_network(network_path)
    points = fixed_points(network, progress=log.info)
    if not len(points.rates):
        raise InputError(f"{network_path}: {NO_FIXED_POINT}")
    with atomic_path(outputs[0]) as temporary:
        fixed_points_table(network, points.rates).to_csv(temporary, index=False)
    facts = theory_facts(points)
    log.info(
        "theory: %d fixed points, mean rates %s spikes/s, residuals below %.1e",
        len(points.rates),
        ", ".join(f"{rate:.4g}" for rate in points.rates.mean(axis=1)),
        max(points.residuals),
    )
    record_folder(outputs, {"theory": "stationary rates", "seed": 123}, provenance, **facts)


def theory_facts(points: Any) -> dict[str, Any]:
    """Return what is known of fixed points beside their rates."""
    return {
        "n_fixed_points": len(points.rates),
        "mean_rates_spikes_per_s": [float(rate) for rate in points.rates.mean(axis=1)],
        "residuals_spikes_per_s": [float(residual) for residual in points.residuals],
        "stable": [bool(stable) for stable in points.stable],
        "found_by": list(points.found_by),
        "n_starts_not_converged": int(points.n_not_converged),
        "notes": list(points.notes),
    }
