import time

import pytest
from faulty_project import copy_of, make_faulty_project


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """A project that has been run from nothing, in peace."""
    project = make_faulty_project(tmp_path_factory.mktemp("undisturbed") / "project")
    began = time.monotonic()
    status, text = project.run()
    project.seconds = time.monotonic() - began
    assert status == 0, text[-5000:]
    project.commands = project.stage_commands()
    return project


@pytest.fixture
def finished(undisturbed, tmp_path):
    """A copy of that project to be damaged."""
    return copy_of(undisturbed, tmp_path / "project")
