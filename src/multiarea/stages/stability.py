"""The rule `stability`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.analysis.results import Arrays, population_labels, save
from multiarea.experiment.results import RECORDS
from multiarea.files.provenance import Provenance
from multiarea.network.network import Network, load_network
from multiarea.stages.records import record_folder
from multiarea.stages.specs import check_outputs
from multiarea.theory.basins import Basins, basins_of, random_starts
from multiarea.theory.stability import Modes, modes_at
from multiarea.theory.stationary import fixed_points

log = logging.getLogger(__name__)

N_STARTS, LARGEST_RATE, SEED = 60, 1000.0, 123
"""Random starts, drawn uniformly from [0, `LARGEST_RATE`) [spikes/s] with the seed."""


def stability_stage(network_path: Path, outputs: Sequence[Path]) -> None:
    """Find states, basins and modes of `network_path`; `outputs`: stability.h5 and the records."""
    check_outputs(outputs, ".h5", *RECORDS)
    provenance = Provenance("stability", [network_path])
    network = load_network(network_path)
    starts = random_starts(network, N_STARTS, largest=LARGEST_RATE, seed=SEED)
    known = fixed_points(network, progress=log.info)
    found = basins_of(network, starts, known=known, progress=log.info)
    modes = [modes_at(network, rates) for rates in found.rates]
    save(outputs[0], stability_arrays(network, found, modes))
    log.info("%s", stability_report(found, modes))
    spec = {"n_starts": N_STARTS, "largest_rate": LARGEST_RATE, "seed": SEED}
    record_folder(outputs, spec, provenance, n_states=len(found.rates))


def stability_arrays(network: Network, found: Basins, modes: Sequence[Modes]) -> Arrays:
    """Return the states `found` in `network`, where starts end, and the `modes` of each state.

    Returns
    -------
    Arrays
        rates (state, population), spikes/s; stable (state); end (start): the state, counted from
        0, to which a start leads, and mean_rate (start), spikes/s, of the rates where it ends;
        eigenvalues, right and left (state, population): eigenvalues of the gain matrix, and its
        right and left eigenvector of the most critical mode; labels of the populations.
    """
    of_state = ("state", "population")
    rows = {
        "eigenvalues": [m.eigenvalues for m in modes],
        "right": [m.right[:, 0] for m in modes],
        "left": [m.left[0] for m in modes],
    }
    content = {name: (np.array(values), of_state, "") for name, values in rows.items()}
    return Arrays(
        {
            **population_labels(network.populations.index),
            "rates": (found.rates, of_state, "spikes/s"),
            "stable": (found.stable, ("state",), ""),
            "end": (found.end, ("start",), ""),
            "mean_rate": (found.mean_rates, ("start",), "spikes/s"),
            **content,
        }
    )


def stability_report(found: Basins, modes: Sequence[Modes]) -> str:
    """Return a text with a line for each state `found`, and of its `modes`."""
    table = pd.DataFrame(
        {
            "state": range(1, len(modes) + 1),
            "mean rate (spikes/s)": [f"{rate:.4g}" for rate in found.rates.mean(axis=1)],
            "max Re lambda": [f"{m.largest_real_part:.4f}" for m in modes],
            "spectral radius": [f"{m.spectral_radius:.4g}" for m in modes],
            "stable": ["yes" if stable else "no" for stable in found.stable],
            f"share of {len(found.end)} starts": [f"{share:.3f}" for share in found.shares],
        }
    )
    return table.to_string(index=False)
