"""The one exception for mistakes of the user, and the nearest valid name."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

LONGEST_NAME = 200
"""Number of characters of a name that are compared with the valid names."""


class InputError(ValueError):
    """A mistake in the input, with a message that a user can act on.

    The command line prints the message without a traceback and exits with status 1. Characters
    that could control a terminal are escaped.
    """

    def __init__(self, message: str) -> None:
        super().__init__("\n".join(_printable(line) for line in message.split("\n")))


class Problems(list[str]):
    """Messages of several mistakes, to be raised together."""

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Keep the lines of an InputError in the block, and go on."""
        try:
            yield
        except InputError as error:
            self.extend(str(error).splitlines())

    def raise_any(self) -> None:
        """Raise one InputError with all messages, if there are any."""
        if self:
            raise InputError("\n".join(self))


@contextmanager
def prefixed(start: str) -> Iterator[None]:
    """Put `start` before each line of the message of an InputError that the block raises."""
    try:
        yield
    except InputError as error:
        raise InputError("\n".join(start + line for line in str(error).splitlines())) from None


def one_line(text: object, longest: int = 500) -> str:
    """Return `text` as one printable line of at most `longest` characters."""
    line = _printable(str(text)[: longest + 1])
    return line if len(line) <= longest else f"{line[: longest - 3]}..."


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    escaped = (c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return "".join(escaped)


def nearest_name(name: str, valid: Iterable[str]) -> str | None:
    """Return the name in `valid` that is most similar to `name`, or None if none is similar."""
    name, valid = str(name)[:LONGEST_NAME], [str(v) for v in valid]
    exact = [v for v in valid if v.lower() == name.lower()]
    return next(iter(exact or difflib.get_close_matches(name, valid, n=1, cutoff=0.5)), None)


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """Return ' Did you mean ...?' with the name in `valid` nearest to `name`, or ''."""
    best = nearest_name(name, valid)
    return f" Did you mean '{best}'?" if best else ""


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return `names` as quoted text for a message, cut after `most`."""
    names = [f"'{one_line(name, 60)}'" for name in names]
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def show_warnings() -> None:
    """Print each warning as one plain line."""
    warnings.formatwarning = lambda message, *_, **__: f"warning: {message}\n"
