"""The theory uses one thread for linear algebra, also in a program that sets nothing."""

import os
import subprocess
import sys

PROGRAM = """
from threadpoolctl import threadpool_info
from multiarea.build.pipeline import build_network
from multiarea.models import get_model
from multiarea.theory import fixed_points, modes_at
import scipy.linalg

def threads():
    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}

before, during = threads(), set()
network = build_network("microcircuit", get_model("microcircuit").Parameters())
points = fixed_points(network, n_random=1, progress=lambda text: during.update(threads()))
modes_at(network, points.rates[0])
print(before, during, threads())
"""


def test_one_thread_while_it_computes_and_those_of_the_program_after():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "{2} {1} {2}\n"
