"""The procedural engine: synapses are drawn again at each spike instead of being stored.

The full-scale models fit into the memory of one ordinary computer. `simulate` does all of it;
docs/science/procedural.md explains how, and how it is validated.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from numba import config as numba_config

__all__ = ["failing_job", "is_first_rank", "simulate"]


def _set_cache() -> None:
    """Tell Numba where to keep compiled code: a folder for each content of these modules.

    Numba itself would use the cached code of a function whose module is unchanged even if another
    one that it calls has changed. The folder is in the first place that can be written:
    NUMBA_CACHE_DIR, this package, the user's cache, the folder of temporary files.
    """
    here = Path(__file__).parent
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(here.glob("*.py"))))
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    places = [here / "__pycache__", user / "multiarea", Path(tempfile.gettempdir()) / "multiarea"]
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        places.insert(0, Path(given))
    for place in places:
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place, os.W_OK):
            numba_config.CACHE_DIR = str(place / digest.hexdigest()[:16])
            return


_set_cache()


def simulate(*arguments: Any, **options: Any) -> Any:
    """Call `stage.simulate` with the `arguments` and `options`."""
    from multiarea.simulation.procedural import stage

    return stage.simulate(*arguments, **options)


def failing_job() -> AbstractContextManager[None]:
    """Do nothing: there is one process."""
    return nullcontext()


def is_first_rank() -> bool:
    """Return that this process writes the results."""
    return True
