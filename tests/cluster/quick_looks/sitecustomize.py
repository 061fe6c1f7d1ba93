"""Run by Python at its start where this folder is on PYTHONPATH.

Between two looks at its jobs Snakemake's SLURM executor pauses 10 s longer each time, up to 180 s.
The tests look every second.
"""

import sys

if "slurm" in sys.orig_argv:
    from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor

    RemoteExecutor.next_seconds_between_status_checks = property(
        lambda self: 1, lambda self, value: None
    )
