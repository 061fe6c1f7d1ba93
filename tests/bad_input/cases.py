"""What a case of the corpus is, and what several tables of cases need."""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Content = str | bytes | Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """A bad file and what the message about it must say.

    Attributes
    ----------
    words : tuple of str
        Parts of the one message; the file's name is expected too.
    content : str, bytes or function
        Content of the file, or a function that makes something at its path.
    name : str
        Name of the file, if the case is about it.
    """

    words: tuple[str, ...]
    content: Content
    name: str = ""

    def make(self, path: Path) -> None:
        """Make the bad file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(self.content):
            self.content(path)
        else:
            text = self.content
            path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))


def says(*words: str) -> Callable[..., Case]:
    """Return a function that makes a case with these words: says("...")(content)."""
    return lambda content, name="": Case(words, content, name)


class Trap:
    """Its pickle makes a folder `ran` in the working folder when it is loaded."""

    def __reduce__(self) -> tuple:
        return os.mkdir, ("ran",)


def pickled(value: object = None) -> bytes:
    """Return a pickle that leaves a trace when it is loaded."""
    return pickle.dumps([Trap(), value])


def npy(values: object, **options: object) -> bytes:
    """Return the content of a .npy file."""
    stream = io.BytesIO()
    np.save(stream, np.asarray(values), **options)
    return stream.getvalue()


def folder(path: Path) -> None:
    """Make a folder in place of a file."""
    path.mkdir(parents=True)


def symlink_loop(path: Path) -> None:
    """Make a link to itself."""
    path.symlink_to(path.name)


def dangling(path: Path) -> None:
    """Make a link to nothing."""
    path.symlink_to("nothing_here")


def fifo(path: Path) -> None:
    """Make a pipe that nobody writes into."""
    os.mkfifo(path)


def unreadable_bytes(size: int) -> Callable[[Path], None]:
    """Return a function that makes a file of zeros that occupies no disk space."""

    def make(path: Path) -> None:
        with path.open("wb") as stream:
            stream.truncate(size)

    return make


def one_long_line(start: bytes, size: int) -> Callable[[Path], None]:
    """Return a function that makes a file of one line of `size` bytes, most of them a hole."""

    def make(path: Path) -> None:
        with path.open("wb") as stream:
            stream.write(start)
            stream.truncate(size)

    return make
