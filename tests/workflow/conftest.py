"""A project whose tiny experiment has been run, once for all tests that only look at it."""

import pytest
from small_project import TINY, make_project


@pytest.fixture(scope="session")
def run_once(tmp_path_factory):
    """Return a project whose tiny experiment has been run from nothing to its figures."""
    project = make_project(tmp_path_factory.mktemp("finished") / "project")
    project.write_experiment("tiny", TINY)
    done = project.snakemake()
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-8000:]
    return project


@pytest.fixture
def finished(run_once):
    """Return that project, with the experiment as it was."""
    run_once.write_experiment("tiny", TINY)
    return run_once
