"""Results in `out/` stay found: the folders of all shipped experiments are those on record.

Where a hash is meant to change (a model's VERSION, a new default, a measure's version), write the
record anew: `python tests/test_identity.py`.
"""

from __future__ import annotations

import csv
from pathlib import Path

from multiarea.analysis import measures
from multiarea.experiment.hashing import parameter_hash
from multiarea.experiment.loading import load_experiments
from multiarea.experiment.results import measure_folder

ROOT = Path(__file__).parents[1]
RECORD = Path(__file__).with_suffix(".csv")
COLUMNS = ("experiment", "network", "simulation", "analysis", "measures")


def found():
    """Return the hashes of all experiments, with two virtual processes."""
    files = sorted((ROOT / "experiments").rglob("*.py"))
    rows = []
    for one in load_experiments(files, 2, "nest"):
        folders = [measure_folder(one, name).as_posix() for name in sorted(measures())]
        hashes = one.network_hash, one.simulation_hash, one.analysis_hash, parameter_hash(folders)
        rows.append(dict(zip(COLUMNS, (one.name, *hashes), strict=True)))
    return sorted(rows, key=lambda row: row["experiment"])


def test_hashes_are_those_on_record():
    with RECORD.open(encoding="utf-8", newline="") as file:
        recorded = list(csv.DictReader(file))
    assert len(recorded) > 100
    assert found() == recorded


if __name__ == "__main__":
    with RECORD.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found())
