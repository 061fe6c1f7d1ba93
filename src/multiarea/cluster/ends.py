"""Why SLURM's jobs ended: one sentence for each rule, found in the logs of jobs that failed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from multiarea.cluster.jobs import RULES

LOGS = Path(".snakemake/slurm_logs")
"""Where Snakemake's executor keeps them: `rule_<rule>/...`, or `group_analysis-<hash>/...`."""
REASONS = (
    (
        re.compile(r"DUE TO TIME LIMIT"),
        "reached its time limit: raise 'time' of {block} in the cluster's file (cluster.json)",
    ),
    (
        re.compile(
            r"exceeded (job )?memory limit|oom[-_]kill|out.of.memory|task \d+: Killed", re.I
        ),
        "was killed for too little memory: raise 'mem' of {block} in the cluster's file "
        "(cluster.json); python -m multiarea estimate EXPERIMENT tells how much a simulation needs",
    ),
    (
        re.compile(r"can not load PMIx library"),
        "did not start: SLURM finds no PMIx library on the node; install it (Debian 12: "
        "libpmix-dev), or set MPIRUN in config.yaml (docs/cluster.md)",
    ),
)
"""What SLURM writes, and what it means to the user."""
BLOCKS = {
    "analysis": "analyse and plot",
    "stability": "theory",
    "stabilise": "theory",
    "import_spikes": "network",
    "simulate_potentials": "simulate",
    "analyse_arrays": "analyse",
    "plot_other": "plot",
}
"""Blocks of the cluster's file for rules of other names; figures of publications: plot."""


def ends(logs: Path, since: float) -> Iterator[str]:
    """Yield a sentence for each rule and reason for which jobs ended.

    Parameters
    ----------
    logs : Path
        Folder of the logs.
    since : float
        Logs that were written before are those of other calls [s since 1970].
    """
    told: set[tuple[str, str]] = set()
    for path in sorted(logs.rglob("*.log")):
        if path.stat().st_mtime < since:
            continue
        rule = path.relative_to(logs).parts[0].partition("_")[2].partition("-")[0]
        block = rule if rule in RULES else BLOCKS.get(rule, "plot")
        text = path.read_text("utf-8", errors="replace")
        reason = next((words for pattern, words in REASONS if pattern.search(text)), None)
        if reason is not None and (rule, reason) not in told:
            told.add((rule, reason))
            yield f"a job of {rule} {reason.format(block=block)}. Then give the same command again."


def main() -> None:
    """Print the sentences on jobs that ended after the time in the first word, as errors."""
    for sentence in ends(LOGS, float(sys.argv[1])):
        sys.stderr.write(f"error: {sentence}\n")


if __name__ == "__main__":
    main()
