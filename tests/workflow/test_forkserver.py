"""The fork server of small jobs: what it takes over, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from multiarea.forkserver import SNAKEMAKE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="libraries may not survive a fork")

#: A program whose job tells of its process, then does what its words say.
PROGRAM = """
import os, signal, sys, time
from multiarea.forkserver import run_forked

signal.signal(signal.SIGINT, signal.default_int_handler)

def prepare(words):
    import fractions

def work(words):
    print(os.getpid(), os.getppid(), "fractions" in sys.modules, sys.argv[1:], flush=True)
    if words[0] == "wait":
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            return 130
    if words[0] == "read":
        print(sys.stdin.read(), file=sys.stderr)
    if words[0] == "fail":
        raise ValueError("of this job")
    return int(words[-1])

status = run_forked(sys.argv[1:], prepare, work)
sys.exit(99 if status is None else status)
"""


class Jobs:
    """Starts jobs of a stand-in for Snakemake: only its process matters."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "program.py").write_text(PROGRAM)
        self.snakemake = subprocess.Popen(["sleep", "600"])
        self.environment = {**os.environ, SNAKEMAKE: str(self.snakemake.pid)}

    def start(self, *words: str, **variables: str) -> subprocess.Popen:
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        command = [sys.executable, str(self.folder / "program.py"), *words]
        environment = {**self.environment, **variables}
        return subprocess.Popen(command, cwd=self.folder, env=environment, text=True, **pipes)

    def run(self, *words: str, told: str = "", **variables: str):
        """Return status, process and server of a job, and its standard error."""
        job = self.start(*words, **variables)
        out, err = job.communicate(told, timeout=30)
        worker, server = (int(word) for word in out.split()[:2]) if out else (0, 0)
        assert worker != job.pid
        return job.returncode, worker, server, out, err


@pytest.fixture
def jobs(tmp_path):
    found = Jobs(tmp_path)
    yield found
    found.snakemake.kill()
    found.snakemake.wait()


def is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def goes(process: int) -> bool:
    """Return whether a process ends within seconds."""
    end = time.monotonic() + 15
    while is_there(process) and time.monotonic() < end:
        time.sleep(0.05)
    return not is_there(process)


def test_jobs_are_forked_by_one_server_that_has_imported_what_they_need(jobs):
    first, second = jobs.run("status", "0"), jobs.run("status", "7")
    assert [first[0], second[0]] == [0, 7]
    assert first[1] != second[1] and first[2] == second[2]
    assert first[3].split(maxsplit=2)[2] == "True ['status', '0']\n"


def test_a_job_has_its_own_standard_files(jobs):
    status, *_, err = jobs.run("read", "3", told="something\n")
    assert (status, err.strip()) == (3, "something")


def test_an_error_in_a_job_is_told_there(jobs):
    status, *_, err = jobs.run("fail", "0")
    assert status == 1 and err.rstrip().endswith("ValueError: of this job")


def test_another_environment_has_another_server(jobs):
    servers = {jobs.run("status", "0", OPENBLAS_NUM_THREADS=n)[2] for n in "121"}
    assert len(servers) == 2


@pytest.mark.parametrize("variables", [{SNAKEMAKE: ""}, {SNAKEMAKE: "no"}])
def test_without_a_snakemake_there_is_no_server(jobs, variables):
    assert jobs.run("status", "0", **variables)[0] == 99


def test_ctrl_c_reaches_the_forked_process(jobs):
    job = jobs.start("wait", "0")
    worker, _ = (int(word) for word in job.stdout.readline().split()[:2])
    job.send_signal(signal.SIGINT)
    job.communicate(timeout=15)
    assert job.returncode == 130 and goes(worker)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_job_leaves_no_process(jobs, number):
    job = jobs.start("wait", "0")
    worker, server = (int(word) for word in job.stdout.readline().split()[:2])
    job.send_signal(number)
    job.communicate(timeout=15)
    assert job.returncode in (-number, 128 + number)
    assert goes(worker) and is_there(server)


def test_a_killed_worker_is_told(jobs):
    job = jobs.start("wait", "0")
    os.kill(int(job.stdout.readline().split()[0]), signal.SIGKILL)
    _, err = job.communicate(timeout=15)
    assert job.returncode == 137
    assert err == "error: the process of this job was killed by signal 9\n"


def test_a_killed_server_ends_its_jobs(jobs):
    job = jobs.start("wait", "0")
    worker, server = (int(word) for word in job.stdout.readline().split()[:2])
    os.kill(server, signal.SIGKILL)
    job.communicate(timeout=15)
    assert job.returncode not in (0, None) and goes(worker)


def test_the_server_ends_with_its_snakemake_after_the_last_job(jobs):
    job = jobs.start("wait", "0")
    worker, server = (int(word) for word in job.stdout.readline().split()[:2])
    jobs.snakemake.kill()
    time.sleep(1.5)
    assert is_there(server) and is_there(worker)
    job.kill()
    assert goes(server) and not is_there(worker)


def test_jobs_that_start_together_share_a_server(jobs):
    together = [jobs.start("status", "0") for _ in range(6)]
    servers = {job.communicate(timeout=30)[0].split()[1] for job in together}
    assert {job.returncode for job in together} == {0} and len(servers) == 1


def servers_of(folder: Path) -> list[Path]:
    """Return the folders in /proc of the servers that jobs of a project have started."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_server = (process / "cwd").readlink() == folder
            is_server = is_server and b"multiarea" in (process / "cmdline").read_bytes()
        except OSError:
            continue
        found += [process] if is_server else []
    return found


def commands(project, picture: Path, folder: Path) -> list[str]:
    """Return the commands of a picture and of the measures before it, which write to `folder`."""
    wanted = str(picture.relative_to(project.folder))
    said = project.snakemake("--dry-run", "--printshellcmds", "--forcerun", "analyse", "--", wanted)
    assert said.returncode == 0, said.stderr
    found = re.findall(r"-m multiarea --log \S+ (.*) --to (.*)", said.stdout + said.stderr)
    start = f"'{sys.executable}' -m multiarea --log {folder}/log"
    return [
        " ".join([start, words, "--to", *(f"{folder}/{Path(file).name}" for file in files.split())])
        for words, files in found
    ]


def test_the_server_has_the_libraries_but_no_simulator(finished, tmp_path):
    """A measure and a picture are made again, by hand, and are the same as before."""
    table = finished.result("*/*/measures/cv-*/cv.csv")
    picture = finished.result("*/*/*/plots/cv_boxplot.png")
    words = commands(finished, picture, tmp_path)
    assert len(words) == 2
    environment = {**os.environ, SNAKEMAKE: str(os.getpid())}
    for one in words:
        subprocess.run(["bash", "-c", one], cwd=finished.folder, env=environment, check=True)
    for file in (table, picture, picture.with_suffix(".pdf")):
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()
    record = json.loads((tmp_path / "provenance.json").read_text())
    assert record["command"].startswith(f"python -m multiarea --log {tmp_path}/log analyse cv")
    (server,) = servers_of(finished.folder.resolve())
    maps = (server / "maps").read_text()
    status = (server / "status").read_text()
    os.kill(int(server.name), signal.SIGKILL)
    assert "numpy" in maps and "matplotlib" in maps
    assert not re.search("nestkernel|pynest|numba|llvmlite", maps)
    assert "Threads:\t1\n" in status
