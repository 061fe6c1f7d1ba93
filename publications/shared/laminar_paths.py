"""Strongest paths of activity from area to area, and the populations that they go through."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd


def path_lengths(gain: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the shortest lengths of paths between populations, and how to follow them.

    A link has the length -log10(gain / largest Re(eigenvalue) of the gains); see Schmidt et
    al. 2018a, "Paths". No cycle is negative. Johnson's algorithm.

    Parameters
    ----------
    gain : (P, P) array
        Not negative, [target, source]; 0 where there is no link.

    Returns
    -------
    length : (P, P) array
        [target, source]; inf where no path leads.
    before : (P, P) int array
        [target, source]: the population before the target; negative if there is none.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import johnson

    radius = np.linalg.eigvals(gain).real.max()
    target, source = np.nonzero((gain > 0) & ~np.eye(len(gain), dtype=bool))
    values = -np.log10(gain[target, source] / radius)
    values[values == 0] = np.finfo(float).tiny
    graph = csr_array((values, (source, target)), shape=gain.shape)
    length, before = johnson(graph, directed=True, return_predecessors=True)
    return length.T, before.T


def area_paths(gain: np.ndarray, index: pd.MultiIndex) -> pd.DataFrame:
    """Return the shortest path from any population of an area to any of another.

    Parameters
    ----------
    gain : (P, P) array
        See `path_lengths`.
    index : MultiIndex
        (area, layer, population).

    Returns
    -------
    DataFrame
        One row per ordered pair of areas that a path joins: target, source, length, and path,
        positions of the populations from the source to the target.
    """
    length, before = path_lengths(gain)
    area_of = index.get_level_values("area").to_numpy(str)
    of_area = {area: np.flatnonzero(area_of == area) for area in dict.fromkeys(area_of)}
    rows = []
    for target, ends in of_area.items():
        for source, starts in of_area.items():
            block = length[np.ix_(ends, starts)]
            if target == source or not np.isfinite(block).any():
                continue
            end, start = np.unravel_index(np.argmin(block), block.shape)
            path = tuple(_follow(before, ends[end], starts[start]))
            rows.append((target, source, float(block[end, start]), path[::-1]))
    return pd.DataFrame(rows, columns=["target", "source", "length", "path"])


def _follow(before: np.ndarray, target: int, source: int) -> Iterator[int]:
    """Yield the populations of a path from its end to its start."""
    node = int(target)
    while node != source:
        yield node
        node = int(before[node, source])
    yield int(source)


def crossings(path: tuple[int, ...], area_of: np.ndarray) -> list[tuple[int, int]]:
    """Return the links (source, target) of `path` between areas; `area_of` are those of nodes."""
    links = zip(path[:-1], path[1:], strict=True)
    return [(a, b) for a, b in links if area_of[a] != area_of[b]]
