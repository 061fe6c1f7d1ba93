"""`bash snakemake_slurm.sh -n`: what would be submitted, on machines without SLURM too."""

import re

import pytest
from slurm_project import PUBLISHED


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("-np", "-Cvirtual_processes=768"), "cluster.json"),
        (("--dry-run", "--config", "virtual_processes=768", "cluster=own.json"), "own.json"),
    ],
)
def test_the_published_shape_is_accepted_by_the_dry_run(empty_project, words, name):
    empty_project.write_cluster(PUBLISHED, name)
    status = empty_project.slurm(*words, "--", empty_project.spikes_with(768))
    assert status == 0, empty_project.log
    found = re.findall(r"^rule (\w+):$.*?^    resources: (.*?)$", empty_project.log, re.M | re.S)
    resources = {rule: set(line.split(", ")) for rule, line in found}
    site = {"slurm_account=jinb33", "slurm_partition=dc-cpu"}
    assert site | {"nodes=1", "tasks=1", "runtime=15", "mem_mb=2048"} <= resources["network"]
    geometry = {"nodes=6", "tasks=192", "cpus_per_task=4", "slurm_extra=--ntasks-per-node=32"}
    assert site | geometry | {"runtime=10", "mem_mb=4096"} <= resources["simulate"]


def test_virtual_processes_that_do_not_fit_are_told(empty_project):
    empty_project.write_cluster(PUBLISHED)
    assert empty_project.slurm("-n") != 0
    assert "virtual_processes = 2 must be a multiple of ntasks = 192" in empty_project.log
    assert "Traceback" not in empty_project.log
