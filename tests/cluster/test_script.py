"""`bash snakemake_slurm.sh -n`: what would be submitted, on machines without SLURM too."""

import re

from slurm_project import PUBLISHED


def test_the_published_shape_is_accepted_by_the_dry_run(empty_project):
    empty_project.write_cluster(PUBLISHED)
    words = ("-np", "-Cvirtual_processes=768", "--", empty_project.spikes_with(768))
    assert empty_project.slurm(*words) == 0, empty_project.log
    found = re.findall(r"^rule (\w+):$.*?^    resources: (.*?)$", empty_project.log, re.M | re.S)
    resources = {rule: set(line.split(", ")) for rule, line in found}
    site = {"slurm_account=jinb33", "slurm_partition=dc-cpu"}
    assert site | {"nodes=1", "tasks=1", "runtime=15", "mem_mb=2048"} <= resources["network"]
    geometry = {"nodes=6", "tasks=192", "cpus_per_task=4", "slurm_extra=--ntasks-per-node=32"}
    assert site | geometry | {"runtime=10", "mem_mb=4096"} <= resources["simulate"]


def test_a_dry_run_prints_a_table_of_jobs(empty_project):
    """768 processors for 10 minutes: 128 core hours; the group asks for what the file says.

    Both rules of its block have an hour, and parts of it are rounded down to minutes.
    """
    empty_project.write_cluster(PUBLISHED, "own.json")
    words = ("--dry-run", "--config", "virtual_processes=768", "cluster=own.json")
    assert empty_project.slurm(*words) == 0, empty_project.log
    head, *rows = [line for line in empty_project.log.splitlines() if "  " in line]
    cells = [re.split(r"  +", row) for row in rows]
    assert re.split(r"  +", head)[2:] == ["nodes", "tasks x cpus", "time", "memory of a node"]
    assert ["1", "network", "1", "1 x 1", "00:15:00", "2 GB"] in cells
    assert ["1", "theory", "1", "1 x 1", "the site's", "the site's"] in cells
    assert ["1", "simulate", "6", "192 x 4", "00:10:00", "4 GB"] in cells
    (group,) = [row for row in cells if row[1].startswith("analyse")]
    assert re.fullmatch(r"analyse \(\d+\), plot \(\d+\)", group[1])
    assert group[2:4] == ["1", "1 x 3"] and group[5] == "2 GB"
    hours, minutes, _ = map(int, group[4].split(":"))
    assert 60 < 60 * hours + minutes <= 120
    assert "total: 4 SLURM jobs; at most 1" in empty_project.log
    assert "rule simulate" not in empty_project.log


def test_mistakes_are_told_in_one_message_each(empty_project):
    """An account that was never filled in, and a key that does not exist."""
    default = {**PUBLISHED["__default__"], "account": "your-account"}
    empty_project.write_cluster({**PUBLISHED, "__default__": default})
    assert empty_project.slurm("-n", "--config", "virtual_processes=768") != 0
    assert "error: cluster.json: account: 'your-account' is a placeholder; " in empty_project.log
    assert empty_project.slurm("-n", "--config", "figure=x") != 0
    assert "error: --config: figure: unknown key. Did you mean 'figures'?" in empty_project.log
    assert not re.search(r'File "|Snakefile"?, line|Traceback', empty_project.log)


def test_virtual_processes_that_do_not_fit_are_told(empty_project):
    empty_project.write_cluster(PUBLISHED)
    assert empty_project.slurm("-n") != 0
    assert "virtual_processes = 2 must be a multiple of ntasks = 192" in empty_project.log
    assert "Traceback" not in empty_project.log
