"""A fork server for small jobs: it has imported what they need, and forks a process for each.

Importing NumPy, pandas and Matplotlib takes longer than most measures and pictures. Snakemake still
starts a process for each job: it hands its words and standard files over to the server, which it
starts if there is none, passes signals on, and ends with the status of the forked process.

A server serves one Snakemake, one Python, one folder and one environment: its address is made of
them, so that a job inherits nothing that it would not have had by itself. It belongs to the user
alone, ends with its Snakemake, or when nothing has come for a while, and ends the processes of
jobs that are killed. Whatever goes wrong before a job has begun, the job is run without it.

Only the standard library is imported, and little of it: this is what a job waits for.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

SNAKEMAKE = "MULTIAREA_SNAKEMAKE"
"""Variable of the environment: the Snakemake (its process) whose jobs share a server, or "no"."""
LONGEST_REST = 60.0
"""Time without a job after which a server ends [s]."""
PATIENCE = 10.0
"""Time within which a job that has connected says what it wants [s]."""

Prepare = Callable[[Sequence[str]], None]
# ------------------------------------------------------------------------------------ in the server
Work = Callable[[Sequence[str]], int]
"""Does the job with these words, and returns its exit status."""


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
        _send(connection, words)
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
    if _is_own(connection):
        return connection
    raise PermissionError(address)


def _address() -> str:
    """Return the address of the server: an abstract one, which leaves no file behind."""
    import hashlib

    folder = os.getcwd()  # noqa: PTH109 - pathlib takes time to import
    same = (folder, sys.executable, __file__, sys.flags, sorted(os.environ.items()))
    return f"\0multiarea-{hashlib.sha256(repr(same).encode()).hexdigest()}"


def _is_own(connection: socket.socket) -> bool:
    """Return whether the process at the other end is of the same user."""
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return int.from_bytes(told[4:8], sys.byteorder) == os.getuid()  # process, user, group


def _send(connection: socket.socket, words: Sequence[str]) -> None:
    content = os.fsencode("\0".join(words))
    socket.send_fds(connection, [b"%12d" % len(content)], [0, 1, 2])
    connection.sendall(content)


def _receive(connection: socket.socket) -> tuple[list[str], list[int]]:
    """Return words and standard files of a job; the files are closed if the words do not come."""
    size, files, _, _ = socket.recv_fds(connection, 12, 3)
    try:
        with connection.makefile("rb") as reader:
            content = reader.read(int(size))
        if len(content) != int(size) or len(files) != 3:
            raise ValueError("a job that has gone")
    except (OSError, ValueError):
        for file in files:
            os.close(file)
        raise
    return os.fsdecode(content).split("\0"), files


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


def _become_server(listener: socket.socket, prepare: Prepare, work: Work) -> None:
    """Serve in this process, away from the terminal and the files of the job that started it.

    Whatever happens, it does not go on as that job.
    """
    with suppress(BaseException):
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in range(3):
            os.dup2(nothing, standard)
        os.closerange(3, listener.fileno())
        os.closerange(listener.fileno() + 1, 1024)
        _Server(listener, prepare, work).run()
    raise SystemExit(0)


class _Server:
    """Forks a process for each job, and tells the job's own process how it ended."""

    def __init__(self, listener: socket.socket, prepare: Prepare, work: Work) -> None:
        import selectors
        import signal

        self._listener, self._prepare, self._work = listener, prepare, work
        self._snakemake = os.environ[SNAKEMAKE]
        self._workers: dict[int, socket.socket] = {}
        self._rests_since = time.monotonic()
        self._woken, self._wakes = socket.socketpair()
        self._woken.setblocking(False)
        self._wakes.setblocking(False)
        signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)

    def run(self) -> None:
        """Serve until the Snakemake has ended, or no job has come for a while."""
        while self._workers or self._is_wanted():
            for key, _ in self._selector.select(timeout=1.0):
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj is self._woken:
                    with suppress(BlockingIOError):
                        self._woken.recv(4096)
                else:
                    self._end(key.data)
            self._tell_of_ended()

    def _is_wanted(self) -> bool:
        if time.monotonic() - self._rests_since > LONGEST_REST:
            return False
        try:
            with open(f"/proc/{self._snakemake}/stat") as file:  # noqa: PTH123
                return file.read().rpartition(")")[2].split()[0] not in "ZX"
        except OSError:
            return False

    def _accept(self) -> None:
        """Fork a process for a job that asks for it."""
        connection, _ = self._listener.accept()
        connection.settimeout(PATIENCE)
        files: list[int] = []
        try:
            if not _is_own(connection):
                raise PermissionError
            words, files = _receive(connection)
            self._import(words)
            worker = os.fork()
            if worker == 0:
                self._become_worker(words, files, connection)
        except (OSError, ValueError):
            connection.close()
            return
        finally:
            for file in files:
                os.close(file)
        self._workers[worker] = connection
        self._selector.register(connection, 1, data=worker)
        self._say(worker, worker)

    def _import(self, words: Sequence[str]) -> None:
        """Import what a job needs; what goes wrong here goes wrong again, and is told, in the job.

        What is there is kept from the garbage collection of the forks, which would copy it all.
        """
        import gc

        gc.disable()
        with suppress(BaseException):
            self._prepare(words)
        gc.freeze()

    def _become_worker(self, words: list[str], files: list[int], own: socket.socket) -> None:
        """Do a job in this process, and end it."""
        import gc
        import signal
        import traceback

        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            others = (self._selector, self._listener, self._woken, self._wakes)
            for one in (own, *others, *self._workers.values()):
                one.close()
            for standard, file in enumerate(files):
                os.dup2(file, standard)
                os.close(file)
            gc.enable()
            sys.argv[1:] = words
            status = self._work(words)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except KeyboardInterrupt:
            status = 130  # before the job itself heeds it
        except BaseException:
            traceback.print_exc()
        finally:
            with suppress(OSError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)  # without taking apart what is shared with the server

    def _end(self, worker: int) -> None:
        """End the process of a job whose own process has gone."""
        import signal

        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGTERM)
        self._selector.unregister(self._workers[worker])

    def _tell_of_ended(self) -> None:
        """Tell those that wait for the processes that have ended."""
        while self._workers:
            worker, status = os.waitpid(-1, os.WNOHANG)
            if not worker:
                return
            self._say(worker, os.waitstatus_to_exitcode(status))
            connection = self._workers.pop(worker)
            with suppress(KeyError):
                self._selector.unregister(connection)
            connection.close()
            self._rests_since = time.monotonic()

    def _say(self, worker: int, number: int) -> None:
        with suppress(OSError):
            self._workers[worker].sendall(b"%d\n" % number)
