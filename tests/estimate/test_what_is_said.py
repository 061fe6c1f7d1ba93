"""`estimate` tells what takes long, and leaves nothing."""

import os
import subprocess
import sys

EXPERIMENT = """
model = "microcircuit"
net_params = {"N_scaling": 0.01, "K_scaling": 0.01, "scaling_type": "sqrt"}
sim_params = {"t_sim": 700.0}
"""


def multiarea(folder, checkout, *words):
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    return subprocess.run(
        [sys.executable, "-m", "multiarea", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_takes_long_is_told_and_nothing_is_left(tmp_path, checkout):
    for name in ("Snakefile", "experimental_data", "simulated_data"):
        (tmp_path / name).symlink_to(checkout / name)
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments/one.py").write_text(EXPERIMENT)
    (tmp_path / "config.yaml").write_text("experiments: one\n")
    before = sorted(tmp_path.rglob("*"))
    done = multiarea(tmp_path, checkout, "estimate", "one")
    assert done.returncode == 0, done.stderr
    said = done.stderr.splitlines()
    assert said[0] == "estimate: building the network; nothing is written"
    assert said[1] == "theory: the rates at full scale, which this network is built with"
    assert said[2] == "theory: start 1 of 11, 'low'"
    assert "theory: the rates of this network, which are not in out yet; a run keeps them" in said
    assert said[-1].startswith("estimate: a trial of the procedural simulator")
    assert sorted(tmp_path.rglob("*")) == before
    assert multiarea(tmp_path, checkout, "list").stdout.splitlines()[1].endswith(": nothing yet")
