"""Short names of the network parameters that everybody changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from multiarea.parameters.blocks import fits_float


@dataclass(frozen=True)
class ShortName:
    """What a short name stands for.

    Attributes
    ----------
    path : str
        The parameter below `net_params`, such as `connection_params.g`.
    along : function, optional
        From the network parameters (a dict) and the new value of `path` to {path: value} of the
        parameters that change along with it.
    """

    path: str
    along: Callable[[dict[str, Any], float], dict[str, float]] | None = None

    def changes(self, net_params: dict[str, Any], value: Any) -> dict[str, Any]:
        """Return {path: value} of all that changes in `net_params` with a new `value`.

        What is not a finite number changes nothing along with it.
        """
        is_number = fits_float(value) and not isinstance(value, bool)
        along = self.along(net_params, value) if self.along and is_number else {}
        return {self.path: value, **along}
