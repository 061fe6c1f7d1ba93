"""What the two sides say to each other, and to whom."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Sequence

SNAKEMAKE = "MULTIAREA_SNAKEMAKE"
"""Variable of the environment: the Snakemake (its process) whose jobs share a server, or "no"."""
Prepare = Callable[[Sequence[str]], None]
"""Imports what the job with these words needs."""
Work = Callable[[Sequence[str]], int]
"""Does the job with these words, and returns its exit status."""


def is_own(connection: socket.socket) -> bool:
    """Return whether the process at the other end of a `connection` is of the same user."""
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return int.from_bytes(told[4:8], sys.byteorder) == os.getuid()  # process, user, group


def send(connection: socket.socket, words: Sequence[str]) -> None:
    """Send the `words` of a job and its standard files over a `connection`."""
    content = os.fsencode("\0".join(words))
    socket.send_fds(connection, [b"%12d" % len(content)], [0, 1, 2])
    connection.sendall(content)


def receive(connection: socket.socket) -> tuple[list[str], list[int]]:
    """Return words and standard files of a job from a `connection`.

    The files are closed if the words do not come.
    """
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
