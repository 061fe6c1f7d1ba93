"""What starting does not import; how long it takes is measured in benchmarks/start_up.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: What takes long to import.
SLOW = {"h5py", "matplotlib", "nest", "networkx", "numpy", "pandas", "pydantic", "scipy"}

#: What no command needs that only reads experiments.
SLOWEST = {"matplotlib", "nest", "networkx", "scipy"}

RUN = """
import contextlib, json, sys
from multiarea.cli import main
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(sys.stderr):
    main({words})
print(json.dumps(sorted({slow} & set(sys.modules))))
"""

#: What the Snakefile does when it is parsed, with every experiment of the project.
PARSE = """
import json, sys
from pathlib import Path
from multiarea.experiment.config import read_yaml
from multiarea.parameters.config import CONFIG_FILE
from multiarea.workflow.report import Report
from multiarea.workflow.rules import Workflow
from publications.report import PaperReport
from publications.workflow import PaperFigures
config = read_yaml(Path(CONFIG_FILE))
wanted = "experiments/*.py experiments/full_scale/*.py experiments/sweeps/*.py".split()
files = [str(path) for pattern in wanted for path in sorted(Path().glob(pattern))]
flow = Workflow(config | {{"experiments": files}})
papers = PaperFigures(flow.selection)
Report(flow), PaperReport(papers)
n = len(flow.results()) + len(flow.pictures()) + len(papers.pictures())
print(json.dumps([n, len(flow.experiments), sorted({slow} & set(sys.modules))]))
"""


def last_line(code: str):
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_import_multiarea_imports_nothing_slow():
    code = f"import json, sys, multiarea; print(json.dumps(sorted({SLOW} & set(sys.modules))))"
    assert last_line(code) == []


@pytest.mark.parametrize(("words", "unwanted"), [("--help", SLOW), ("list", SLOWEST)])
def test_the_command_line_imports_nothing_slow(words, unwanted):
    assert last_line(RUN.format(words=words.split(), slow=unwanted)) == []


def test_all_experiments_are_parsed_without_nest():
    n_files, n_experiments, imported = last_line(PARSE.format(slow=SLOWEST))
    assert n_experiments > 30
    assert n_files > 1000
    assert imported == []


def test_the_snakefile_never_imports_nest():
    """Snakemake itself parses it: a dry run in a Python without a module named nest."""
    code = (
        "import sys; sys.modules['nest'] = None\n"
        "from snakemake.cli import main\n"
        "main(['--dry-run', '--quiet', 'all', '--config', 'out=/nonexistent/out'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
