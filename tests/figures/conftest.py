"""Runs that the tests of figures draw from."""

from __future__ import annotations

from pathlib import Path

import pytest
from synthetic_run import Run, make_run

AREAS = ("pericalcarine", "fusiform", "insula", "caudalanteriorcingulate", "V1")


def _run(factory: pytest.TempPathFactory, areas: tuple[str, ...], rates: dict | None = None) -> Run:
    folder: Path = factory.mktemp("run")
    return make_run(folder, areas, rates) if rates else make_run(folder, areas)


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run of five areas."""
    return _run(tmp_path_factory, AREAS)


@pytest.fixture(scope="session")
def one_area(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run of a single area."""
    return _run(tmp_path_factory, ("V1",))


@pytest.fixture(scope="session")
def silence(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run without a spike."""
    return _run(tmp_path_factory, AREAS[:3], {"E": 0.0, "I": 0.0})


@pytest.fixture(scope="session")
def many_areas(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run of as many areas as the largest model has."""
    from multiarea.figures.kinds.labels import AREA_NAMES

    return _run(tmp_path_factory, tuple(AREA_NAMES))
