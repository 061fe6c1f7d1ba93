"""Small jobs in processes that a server forks, which has imported what they need.

Importing NumPy, pandas and Matplotlib takes longer than most measures and pictures. Snakemake still
starts a process for each job: it hands its words and standard files over to the server, which it
starts if there is none, passes signals on, and ends with the status of the forked process.

A server serves one Snakemake, one Python, one folder and one environment: its address is made of
them, so that a job inherits nothing that it would not have had by itself. It belongs to the user
alone, ends with its Snakemake, or when nothing has come for a while, and ends the processes of
jobs that are killed. Whatever goes wrong before a job has begun, the job is run without it.
This module is the side of the job, `server` that of the server.

Only the standard library is imported, and little of it: this is what a job waits for.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

from multiarea.forkserver.protocol import SNAKEMAKE, Prepare, Work, is_own, send


def offer() -> None:
    """Let the jobs that this process starts from now on share a server, which ends with it."""
    if os.environ.get(SNAKEMAKE) != "no":
        os.environ[SNAKEMAKE] = str(os.getpid())


def run_forked(words: Sequence[str], prepare: Prepare, work: Work) -> int | None:
    """Do a job in a process that the server forks.

    Parameters
    ----------
    words : sequence of str
        What the job is to do.
    prepare, work : callable
        Of the server, if this call starts it.

    Returns
    -------
    int or None
        Exit status of the job; None: it has not begun, because there is no server.
    """
    if not sys.platform.startswith("linux") or not os.environ.get(SNAKEMAKE, "").isdecimal():
        return None  # elsewhere libraries may not survive a fork
    signals = None
    try:
        connection = _connect(prepare, work)
        signals = _Signals()  # after the fork of a server, before that of the job's process
        send(connection, words)
        answers = connection.makefile("r")
        worker = int(answers.readline())
    except (OSError, ValueError):
        if signals:
            signals.leave_alone()
        return None
    signals.pass_on_to(worker)
    answer = answers.readline()
    if not answer:
        with suppress(ProcessLookupError):
            os.kill(worker, 15)
    status = int(answer or -15)
    if status < 0:
        sys.stderr.write(f"error: the process of this job was killed by signal {-status}\n")
    return status if status >= 0 else 128 - status


def _connect(prepare: Prepare, work: Work) -> socket.socket:
    """Return a connection to the server, which is started if there is none."""
    address = _address()
    with socket.socket(socket.AF_UNIX) as listener:
        if listener.fileno() < 3:
            raise OSError("a standard file is closed")
        try:
            listener.bind(address)
        except OSError:
            pass
        else:
            listener.listen(128)
            if os.fork() == 0:
                _become_server(listener, prepare, work)
    connection = socket.socket(socket.AF_UNIX)
    for left in reversed(range(50)):
        try:
            connection.connect(address)
            break
        except ConnectionRefusedError:  # another job has bound the address, but does not listen yet
            if not left:
                raise
            time.sleep(0.02)
    if is_own(connection):
        return connection
    raise PermissionError(address)


def _become_server(listener: socket.socket, prepare: Prepare, work: Work) -> None:
    """Be a server in this process: whatever happens, it does not go on as the job."""
    with suppress(BaseException):
        from multiarea.forkserver.server import serve

        serve(listener, prepare, work)
    raise SystemExit(0)


def _address() -> str:
    """Return the address of the server: an abstract one, which leaves no file behind."""
    import hashlib

    folder = os.getcwd()  # noqa: PTH109 - pathlib takes time to import
    same = (folder, sys.executable, __file__, sys.flags, sorted(os.environ.items()))
    return f"\0multiarea-{hashlib.sha256(repr(same).encode()).hexdigest()}"


class _Signals:
    """The signals that end a job: kept until its process is known, then passed on to it."""

    def __init__(self) -> None:
        import signal

        self._worker, self._kept = 0, list[int]()
        kinds = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        heeded = [kind for kind in kinds if signal.getsignal(kind) is not signal.SIG_IGN]
        self._before = {kind: signal.signal(kind, self._take) for kind in heeded}

    def pass_on_to(self, worker: int) -> None:
        """Pass on to the process `worker` what has come, and what comes from now on."""
        self._worker = worker
        for number in self._kept:
            self._take(number, None)

    def leave_alone(self) -> None:
        """Let signals do what they did before, those that have come, too."""
        import signal

        for kind, handler in self._before.items():
            signal.signal(kind, handler)
        for number in self._kept:
            signal.raise_signal(number)

    def _take(self, number: int, _: object) -> None:
        if not self._worker:
            self._kept.append(number)
            return
        with suppress(ProcessLookupError):
            os.kill(self._worker, number)
