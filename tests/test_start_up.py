"""How much processor time starting takes, and what is not imported for it.

The limits hold on a quiet machine where importing pandas takes 0.36 s of processor time; on a
slower or busier one they are longer in proportion.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
IMPORT_OF_PANDAS = 0.36
STARTS = 3


def cpu_seconds(*command: str) -> float:
    """Return user and system time of the fastest of a few runs."""
    found = []
    for _ in range(STARTS):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        found.append(usage.ru_utime + usage.ru_stime)
    return min(found)


def limit_here(limit: float) -> float:
    """Return a limit [s] for this machine as it is now."""
    return limit * max(1.0, cpu_seconds(sys.executable, "-c", "import pandas") / IMPORT_OF_PANDAS)


@pytest.mark.parametrize(("words", "limit"), [("--help", 0.3), ("list", 1.0)])
def test_command_line_starts_fast(words, limit):
    assert cpu_seconds(sys.executable, "-m", "multiarea", *words.split()) < limit_here(limit)


#: What the Snakefile does when it is parsed, with every experiment of the project.
PARSE = """
import json, sys, time
from pathlib import Path
from multiarea.config import CONFIG_FILE, read_yaml
start = time.process_time()
from multiarea.report import Report
from multiarea.workflow import Workflow
config = read_yaml(Path(CONFIG_FILE))
wanted = "experiments/*.py experiments/full_scale/*.py experiments/sweeps/*.py".split()
files = [str(path) for pattern in wanted for path in sorted(Path().glob(pattern))]
flow = Workflow(config | {"experiments": files})
Report(flow)
n = len(flow.results()) + len(flow.pictures()) + len(flow.paper.pictures())
seconds = time.process_time() - start
heavy = {"nest", "matplotlib", "pandas", "scipy", "numpy"} & set(sys.modules)
print(json.dumps([seconds, n, len(flow.experiments), sorted(heavy)]))
"""


def test_all_experiments_are_parsed_in_a_second_without_nest():
    """Beyond Snakemake's own start, whose import belongs to it."""
    code = "import snakemake.api, snakemake.exceptions\n" + PARSE
    found = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        found.append(json.loads(done.stdout.splitlines()[-1]))
    seconds, n_files, n_experiments, heavy = min(found)
    assert n_experiments > 30
    assert n_files > 1000
    assert "nest" not in heavy
    assert "matplotlib" not in heavy
    assert seconds < limit_here(1.0)


def test_the_snakefile_never_imports_nest():
    """Snakemake itself parses it: a dry run in a Python without a module named nest."""
    code = (
        "import sys; sys.modules['nest'] = None\n"
        "from snakemake.cli import main\n"
        "main(['--dry-run', '--quiet', 'all', '--config', 'out=/nonexistent/out'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_network_stage_takes_less_than_a_second(tmp_path):
    """The full-scale human network, from tables to network.h5; imports of the process included."""
    spec = json.dumps({"model": "human", "version": 1, "parameters": {}})
    files = [str(tmp_path / name) for name in ("network.h5", "parameters.json", "provenance.json")]
    words = ["network", "--spec", spec, "--inputs", "--to", *files]
    log = ["--log", str(tmp_path / "log")]
    command = [sys.executable, "-m", "multiarea", *log, *words]
    assert cpu_seconds(*command) < limit_here(1.0)
