"""Two runs of one experiment at once: the second one is refused with one line."""

import subprocess
import sys

import pytest
from small_project import TINY

from multiarea.errors import InputError
from multiarea.experiment.loading import load_experiments
from multiarea.workflow.alone import alone

HOLD = """
import sys
from pathlib import Path
from multiarea.experiment.loading import load_experiments
from multiarea.workflow.alone import alone
with alone(load_experiments([sys.argv[1]]), "out", Path(sys.argv[2])):
    print("here", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(write_experiment, tmp_path):
    """Start a process that runs one of two experiments."""
    command = [sys.executable, "-c", HOLD, str(write_experiment(TINY, "one.py")), str(tmp_path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "here\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_run_is_refused_until_the_first_has_ended(other, write_experiment, tmp_path):
    seed = TINY.replace("12", "13")
    paths = [write_experiment(seed, "two.py"), write_experiment(TINY, "one.py")]
    both = load_experiments(paths)
    with pytest.raises(InputError) as caught, alone(both, "out", tmp_path):
        pass
    assert str(caught.value).startswith("another run of one is going on in out; ")
    with alone(both[:1], "out", tmp_path), alone(both[1:], "elsewhere", tmp_path):
        pass  # another simulation, and another folder of results
    other.kill()
    other.wait()
    with alone(both, "out", tmp_path):
        pass
