"""Fixtures of the tests of measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from handmade import write_store

from multiarea.spikes.store import Spikes


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Callable[..., Spikes]]:
    """Return a function that writes trains and opens them."""
    opened: list[Spikes] = []

    def write(trains: dict, t_stop: float = 1000.0) -> Spikes:
        path = tmp_path / f"spikes_{len(opened)}.h5"
        opened.append(Spikes(write_store(path, trains, t_stop)))
        return opened[-1]

    yield write
    for spikes in opened:
        spikes.close()
