"""The one exception for mistakes of the user, and the nearest valid name."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterable

LONGEST_NAME = 200
"""What is compared of a name that is looked for [characters]."""


class InputError(ValueError):
    """A mistake in the input, told in one message that a user can act on.

    The command line prints the message without a traceback and exits with status 1. Characters
    that could act on a terminal are escaped.
    """

    def __init__(self, message: str) -> None:
        super().__init__("\n".join(_printable(line) for line in message.split("\n")))


def one_line(text: object, longest: int = 500) -> str:
    """Return a text as one printable line: control characters escaped, cut where too long."""
    line = _printable(str(text)[: longest + 1])
    return line if len(line) <= longest else f"{line[: longest - 3]}..."


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    escaped = (c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return "".join(escaped)


def nearest_name(name: str, valid: Iterable[str]) -> str | None:
    """Return the valid name most like `name`, or None if none is alike."""
    name, valid = str(name)[:LONGEST_NAME], [str(v) for v in valid]
    exact = [v for v in valid if v.lower() == name.lower()]
    return next(iter(exact or difflib.get_close_matches(name, valid, n=1, cutoff=0.5)), None)


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """Return ' Did you mean ...?' with the nearest valid name, or an empty text."""
    best = nearest_name(name, valid)
    return f" Did you mean '{best}'?" if best else ""


def show_warnings() -> None:
    """Let warnings be printed as one plain line each, once."""
    warnings.formatwarning = lambda message, *_, **__: f"warning: {message}\n"
