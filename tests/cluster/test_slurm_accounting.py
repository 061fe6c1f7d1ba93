"""`bash snakemake_slurm.sh` where SLURM keeps accounts: jobs are followed with sacct."""

import pytest
from slurm_project import SMALL_JOBS

pytestmark = pytest.mark.slurm


def test_jobs_are_followed_and_charged(accounting_machine, slurm_project):
    default = SMALL_JOBS["__default__"] | {"account": accounting_machine.ACCOUNT}
    slurm_project.write_cluster(SMALL_JOBS | {"__default__": default})
    slurm_project.finish("--verbose", "--", slurm_project.spikes)
    assert slurm_project.submitted == {"simulate"}
    assert "command=sacct" in slurm_project.log and "command=squeue" not in slurm_project.log
    record = f"{accounting_machine.ACCOUNT}|COMPLETED"
    query = "sacct --noheader --allocations --parsable2 --format=Account,State".split()
    accounting_machine.wait_for(
        lambda: accounting_machine.run(*query).split() == [record], 30, "record of the job"
    )


def test_a_wrong_account_is_told(accounting_machine, slurm_project):
    default = SMALL_JOBS["__default__"] | {"account": "nobody"}
    slurm_project.write_cluster(SMALL_JOBS | {"__default__": default})
    assert slurm_project.slurm("--", slurm_project.spikes) != 0
    assert "account nobody appears to be invalid" in slurm_project.log
    assert accounting_machine.ACCOUNT in slurm_project.log
