"""A real SLURM on this machine: one controller, six pretended nodes, loopback only, no systemd.

Needs root on Debian or Ubuntu; installs slurm-wlm and munge where they are missing.
"""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

CONF = Path("/etc/slurm/slurm.conf")
MARK = "# written by the tests of multiarea"
ROOT = Path("/var/spool/slurm-multiarea")
NODES, CPUS, CONTROLLER_PORT, FIRST_PORT = 6, 128, 26817, 27001
DAEMONS = ("slurmctld", "slurmd", "munged", "sbatch", "srun", "squeue", "scancel")

CONTENT = f"""{MARK}
ClusterName=pretended
SlurmctldHost=localhost
SlurmctldPort={CONTROLLER_PORT}
SlurmUser=root
AuthInfo=socket={ROOT}/munge.socket
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={ROOT}/state
SlurmdSpoolDir={ROOT}/%n
SlurmctldPidFile={ROOT}/slurmctld.pid
SlurmdPidFile={ROOT}/slurmd-%n.pid
SlurmctldLogFile={ROOT}/slurmctld.log
SlurmdLogFile={ROOT}/slurmd-%n.log
SlurmdParameters=config_overrides
TmpFS={ROOT}/%n/tmp
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=pmix
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=2
JobAcctGatherParams=OverMemoryKill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=batch_sched_delay=0,sched_interval=2
ReturnToService=2
KillWait=3
MinJobAge=3600
NodeName=n[1-{NODES}] NodeHostname=localhost NodeAddr=127.0.0.1 \
Port=[{FIRST_PORT}-{FIRST_PORT + NODES - 1}] CPUs={CPUS} RealMemory=500000
PartitionName=dc-cpu Nodes=ALL Default=YES MaxTime=1-0
"""


def install():
    """Install SLURM's daemons if they are missing."""
    if all(shutil.which(name, path="/usr/sbin:/usr/bin") for name in DAEMONS):
        return
    run("apt-get", "update", "-qq")
    packages = ("slurm-wlm", "munge")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def start():
    """Start the daemons from nothing and wait until all nodes are idle."""
    if CONF.exists() and MARK not in CONF.read_text():
        raise RuntimeError(f"{CONF} belongs to another SLURM: these tests need a machine without")
    stop()
    install()
    shutil.rmtree(ROOT, ignore_errors=True)
    ROOT.mkdir(parents=True)
    CONF.parent.mkdir(parents=True, exist_ok=True)
    CONF.write_text(CONTENT)
    key = ROOT / "munge.key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    files = {"socket": "munge.socket", "key-file": "munge.key", "pid-file": "munged.pid"}
    files |= {"log-file": "munged.log", "seed-file": "munged.seed"}
    run("munged", "--force", *(f"--{option}={ROOT / name}" for option, name in files.items()))
    run("slurmctld")
    for n in range(1, NODES + 1):
        (ROOT / f"n{n}" / "tmp").mkdir(parents=True)
        run("slurmd", "-N", f"n{n}")
    wait_for(lambda: idle_nodes() == NODES, 60, "idle nodes")


def stop():
    """End the daemons that `start` started, and forget their configuration."""
    if not ROOT.exists():
        return
    if is_up():
        subprocess.run(["scancel", "--user=root"], check=False, capture_output=True)
    for file in sorted(ROOT.glob("*.pid")):
        pid = int(file.read_text())
        if is_ours(pid):
            os.kill(pid, 15)
            wait_for(lambda pid=pid: not is_ours(pid), 20, f"the end of {file.stem}")
    if CONF.exists() and MARK in CONF.read_text():
        CONF.unlink()


def is_ours(pid):
    """Return whether a process lives and is one of the daemons."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    name, _, rest = state.partition("(")[2].rpartition(")")
    return name in DAEMONS and rest.split()[0] != "Z"


def is_up():
    """Return whether the controller listens; SLURM's commands would wait for it for long."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", CONTROLLER_PORT)) == 0


def idle_nodes():
    if not is_up():
        return 0
    return len(run("sinfo", "--noheader", "--Node", "--states=idle").splitlines())


def running_jobs(rule):
    """Return the IDs of running jobs of a rule."""
    lines = run("squeue", "--noheader", "--states=running", "--format=%A %k").splitlines()
    return [line.split()[0] for line in lines if f"rule_{rule}" in line]


def run(*words):
    path = f"/usr/sbin:/sbin:{os.environ['PATH']}"
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": path, "DEBIAN_FRONTEND": "noninteractive"},
    )
    if done.returncode:
        raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
    return done.stdout


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"no {what} within {seconds} s")
        time.sleep(0.25)
