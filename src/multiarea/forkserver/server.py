"""The server: it forks a process for each small job."""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress

from multiarea.forkserver.protocol import SNAKEMAKE, Prepare, Work, is_own, receive

LONGEST_REST = 60.0
"""Time without a job after which a server ends [s]."""
PATIENCE = 10.0
"""Time within which a job that has connected says what it wants [s]."""


def serve(listener: socket.socket, prepare: Prepare, work: Work) -> None:
    """Serve in this process, away from the terminal and the files of the job that started it.

    Parameters
    ----------
    listener : socket
        Where the jobs connect.
    prepare, work : callable
        What the processes of jobs need is imported by the one, and done by the other.
    """
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    os.closerange(3, listener.fileno())
    os.closerange(listener.fileno() + 1, 1024)
    _Server(listener, prepare, work).run()


class _Server:
    """Forks a process for each job, and tells the job's own process how it ended."""

    def __init__(self, listener: socket.socket, prepare: Prepare, work: Work) -> None:
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
            if not is_own(connection):
                raise PermissionError
            words, files = receive(connection)
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
        gc.disable()
        with suppress(BaseException):
            self._prepare(words)
        gc.freeze()

    def _become_worker(self, words: list[str], files: list[int], own: socket.socket) -> None:
        """Do a job in this process, and end it."""
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
