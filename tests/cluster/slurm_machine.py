"""A real SLURM on this machine: one controller, six pretended nodes, loopback only, no systemd.

Needs root on Debian or Ubuntu; installs the packages that are missing. By hand:
`python slurm_machine.py start`, `python slurm_machine.py stop`.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

CONF = Path("/etc/slurm/slurm.conf")
DATABASE_CONF = CONF.with_name("slurmdbd.conf")
MARK = "# written by the tests of multiarea"
ROOT = Path("/var/spool/slurm-multiarea")
DATABASE = ROOT / "database"
NODES, CPUS = 6, 128
CONTROLLER_PORT, ACCOUNTING_PORT, DATABASE_PORT, FIRST_PORT = 26817, 26819, 26820, 27001
ACCOUNT = "project"
COMMANDS = {"slurm-wlm": ("slurmctld", "slurmd", "sbatch"), "munge": ("munged",)}
ACCOUNTING_COMMANDS = {
    "slurmdbd": ("slurmdbd",),
    "mariadb-server-core": ("mariadbd", "mariadb-install-db"),
    "mariadb-client-core": ("mariadb",),
}
DAEMONS = ("slurmd", "slurmctld", "slurmdbd", "mariadbd", "munged")
PLACES = "/usr/sbin:/usr/bin:/sbin:/bin"

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
JobAcctGatherFrequency=task=1
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
ACCOUNTING = f"""AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=localhost
AccountingStoragePort={ACCOUNTING_PORT}
AccountingStoragePass={ROOT}/munge.socket
AccountingStorageEnforce=associations
"""
DATABASE_CONTENT = f"""{MARK}
AuthType=auth/munge
AuthInfo=socket={ROOT}/munge.socket
DbdHost=localhost
DbdPort={ACCOUNTING_PORT}
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={DATABASE_PORT}
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct_db
LogFile={ROOT}/slurmdbd.log
PidFile={ROOT}/slurmdbd.pid
"""


def obstacle():
    """Return why no SLURM can be started here, or None."""
    if os.geteuid() != 0:
        return "starting SLURM needs root"
    if CONF.exists() and MARK not in CONF.read_text():
        return f"this machine has a SLURM of its own ({CONF})"
    if shutil.which("apt-get") is None and missing(COMMANDS | ACCOUNTING_COMMANDS):
        return "SLURM is not installed, and there is no apt-get"
    return None


def missing(commands):
    """Return the packages whose commands are not installed."""
    return [
        package
        for package, names in commands.items()
        if not all(shutil.which(name, path=PLACES) for name in names)
    ]


def install(commands):
    """Install what is missing; srun's MpiDefault needs a library that SLURM only recommends."""
    packages = missing(commands)
    if not list(Path("/usr/lib").glob("*/pmix2/lib/libpmix.so")):
        packages.append("libpmix-dev")
    if packages:
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def start(accounting=False):
    """Start the daemons from nothing and wait until all nodes are idle."""
    stop()
    install(COMMANDS | ACCOUNTING_COMMANDS if accounting else COMMANDS)
    shutil.rmtree(ROOT, ignore_errors=True)
    ROOT.mkdir(parents=True)
    CONF.parent.mkdir(parents=True, exist_ok=True)
    CONF.write_text(CONTENT + ACCOUNTING if accounting else CONTENT)
    start_munge()
    if accounting:
        start_accounting()
    run("slurmctld")
    for n in range(1, NODES + 1):
        (ROOT / f"n{n}" / "tmp").mkdir(parents=True)
        run("slurmd", "-N", f"n{n}")
    wait_for(lambda: idle_nodes() == NODES, 60, "idle nodes")


def start_munge():
    key = ROOT / "munge.key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    files = {"socket": "munge.socket", "key-file": "munge.key", "pid-file": "munged.pid"}
    files |= {"log-file": "munged.log", "seed-file": "munged.seed"}
    run("munged", "--force", *(f"--{option}={ROOT / name}" for option, name in files.items()))


def start_accounting():
    """Start MariaDB and slurmdbd with an empty database; add root to one account."""
    DATABASE.mkdir()
    run("mariadb-install-db", "--no-defaults", "--user=root", f"--datadir={DATABASE}")
    words = ["mariadbd", "--no-defaults", "--user=root", f"--datadir={DATABASE}"]
    words += ["--bind-address=127.0.0.1", f"--port={DATABASE_PORT}"]
    words += [f"--socket={DATABASE}/socket", f"--pid-file={ROOT}/mariadbd.pid"]
    with (ROOT / "mariadbd.log").open("w") as log:
        subprocess.Popen(words, env=environment(), stdout=log, stderr=log, start_new_session=True)
    wait_for(lambda: listens(DATABASE_PORT), 60, "database")
    user = "slurm@localhost identified by 'slurm', slurm@'127.0.0.1' identified by 'slurm'"
    sql = f"grant all on slurm_acct_db.* to {user}"
    run("mariadb", "--no-defaults", f"--socket={DATABASE}/socket", "--execute", sql)
    DATABASE_CONF.touch(mode=0o600)
    DATABASE_CONF.write_text(DATABASE_CONTENT)
    run("slurmdbd")
    wait_for(lambda: listens(ACCOUNTING_PORT), 60, "slurmdbd")
    run("sacctmgr", "--immediate", "add", "cluster", "pretended")
    run("sacctmgr", "--immediate", "add", "account", ACCOUNT)
    run("sacctmgr", "--immediate", "add", "user", "root", f"account={ACCOUNT}")


def stop():
    """End the daemons that `start` started, and forget their configuration.

    A configuration that names no running controller would make each of SLURM's commands, and each
    start of Snakemake, wait for 9 s.
    """
    if ROOT.exists() and listens(CONTROLLER_PORT):
        run("scancel", "--user=root")
        wait_for(lambda: not run("squeue", "--noheader").strip(), 60, "end of all jobs")
    for name in ("slurmd-*", "slurmctld", "slurmdbd", "mariadbd", "munged"):
        end([int(file.read_text()) for file in ROOT.glob(f"{name}.pid")])
    for file in (CONF, DATABASE_CONF):
        if file.exists() and MARK in file.read_text():
            file.unlink()


def end(processes):
    for process in filter(is_ours, processes):
        os.kill(process, signal.SIGTERM)
    wait_for(lambda: not any(map(is_ours, processes)), 30, "end of the daemons")


def is_ours(process):
    """Return whether a process lives and is one of the daemons."""
    try:
        state = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    name, _, rest = state.partition("(")[2].rpartition(")")
    return name in DAEMONS and rest.split()[0] != "Z"


def listens(port):
    """Return whether a daemon listens; SLURM's commands would wait for it for long."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def idle_nodes():
    if not listens(CONTROLLER_PORT):
        return 0
    return len(run("sinfo", "--noheader", "--Node", "--states=idle").splitlines())


def running_jobs(rule):
    """Return the IDs of running jobs of a rule."""
    lines = run("squeue", "--noheader", "--states=running", "--format=%A %k").splitlines()
    return [line.split()[0] for line in lines if f"rule_{rule}" in line]


def state(job):
    """Return the state that the controller remembers of a job, such as TIMEOUT."""
    shown = run("scontrol", "show", "job", job)
    return shown.partition("JobState=")[2].split()[0]


def environment():
    """Return the environment of all commands: packages ask nothing and start no service."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    return os.environ | quiet | configuration() | {"PATH": f"{PLACES}:{os.environ['PATH']}"}


def configuration():
    """Return the variable that leads SLURM's commands to this machine's SLURM, if it is there."""
    return {"SLURM_CONF": str(CONF if CONF.exists() else os.devnull)}


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment())
    if done.returncode:
        raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
    return done.stdout


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"no {what} within {seconds} s")
        time.sleep(0.25)


if __name__ == "__main__":
    {"start": start, "stop": stop}[sys.argv[1]]()
