"""One thread for the linear algebra of a function, whatever the program that calls it has set."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

P, R = ParamSpec("P"), TypeVar("R")


def one_thread(function: Callable[P, R]) -> Callable[P, R]:
    """Return `function` with one thread for linear algebra while it runs.

    The matrices have some hundred rows: more threads wait for each other most of the time, at full
    load, and round in another order, so that the last digits depend on their number.
    """

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        with threadpool_limits(1, "blas"):
            return function(*args, **kwargs)

    return limited
