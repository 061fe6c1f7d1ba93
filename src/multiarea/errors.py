"""The one exception for mistakes of the user, and the nearest valid name."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterable


class InputError(ValueError):
    """A mistake in the input, told in one message that a user can act on.

    The command line prints the message without a traceback and exits with status 1.
    """


def nearest_name(name: str, valid: Iterable[str]) -> str | None:
    """Return the valid name most like `name`, or None if none is alike."""
    valid = [str(v) for v in valid]
    exact = [v for v in valid if v.lower() == str(name).lower()]
    return next(iter(exact or difflib.get_close_matches(str(name), valid, n=1, cutoff=0.5)), None)


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """Return ' Did you mean ...?' with the nearest valid name, or an empty text."""
    best = nearest_name(name, valid)
    return f" Did you mean '{best}'?" if best else ""


def show_warnings() -> None:
    """Let warnings be printed as one plain line each, once."""
    warnings.formatwarning = lambda message, *_, **__: f"warning: {message}\n"
