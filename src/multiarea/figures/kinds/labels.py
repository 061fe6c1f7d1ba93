"""Names and order of areas and populations in figures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pandas as pd

from multiarea.figures.kinds.drawing import Context

AREA_NAMES = {
    "bankssts": ("bSTS", "banks of sup. temp. sulcus", "temporal"),
    "caudalanteriorcingulate": ("cACC", "caudal anterior cingulate", "cingulate"),
    "caudalmiddlefrontal": ("cMFG", "caudal middle frontal", "frontal"),
    "cuneus": ("Cun", "cuneus", "occipital"),
    "entorhinal": ("EC", "entorhinal", "temporal"),
    "frontalpole": ("FP", "frontal pole", "frontal"),
    "fusiform": ("Fus", "fusiform", "temporal"),
    "inferiorparietal": ("IPL", "inferior parietal", "parietal"),
    "inferiortemporal": ("ITG", "inferior temporal", "temporal"),
    "insula": ("Ins", "insula", "insula"),
    "isthmuscingulate": ("iCC", "isthmus cingulate", "cingulate"),
    "lateraloccipital": ("LOC", "lateral occipital", "occipital"),
    "lateralorbitofrontal": ("lOFC", "lateral orbitofrontal", "frontal"),
    "lingual": ("Ling", "lingual", "occipital"),
    "medialorbitofrontal": ("mOFC", "medial orbitofrontal", "frontal"),
    "middletemporal": ("MTG", "middle temporal", "temporal"),
    "paracentral": ("PaC", "paracentral", "frontal"),
    "parahippocampal": ("PHG", "parahippocampal", "temporal"),
    "parsopercularis": ("pOpe", "pars opercularis", "frontal"),
    "parsorbitalis": ("pOrb", "pars orbitalis", "frontal"),
    "parstriangularis": ("pTri", "pars triangularis", "frontal"),
    "pericalcarine": ("pCal", "pericalcarine", "occipital"),
    "postcentral": ("poCG", "postcentral", "parietal"),
    "posteriorcingulate": ("PCC", "posterior cingulate", "cingulate"),
    "precentral": ("prCG", "precentral", "frontal"),
    "precuneus": ("pCun", "precuneus", "parietal"),
    "rostralanteriorcingulate": ("rACC", "rostral anterior cingulate", "cingulate"),
    "rostralmiddlefrontal": ("rMFG", "rostral middle frontal", "frontal"),
    "superiorfrontal": ("SFG", "superior frontal", "frontal"),
    "superiorparietal": ("SPL", "superior parietal", "parietal"),
    "superiortemporal": ("STG", "superior temporal", "temporal"),
    "supramarginal": ("SMG", "supramarginal", "parietal"),
    "temporalpole": ("TP", "temporal pole", "temporal"),
    "transversetemporal": ("TT", "transverse temporal", "temporal"),
}
"""Desikan-Killiany areas: short and full names, and lobe (Klein & Tourville 2012).

Names of other areas are readable as they are.
"""


def short(area: str) -> str:
    """Return an area's abbreviation."""
    return AREA_NAMES.get(area, (area,))[0]


def full(area: str) -> str:
    """Return an area's full name."""
    return AREA_NAMES.get(area, ("", area))[1]


def lobe(area: str) -> str:
    """Return an area's lobe, or an empty text if it is not known."""
    return AREA_NAMES.get(area, ("", "", ""))[2]


def key(area: str) -> str:
    """Return an area's full name followed by its abbreviation, if it has one."""
    return full(area) if full(area) == short(area) else f"{full(area)}  {short(area)}"


def rows(context: Context) -> list[tuple[str, str]]:
    """Return (layer, population) in the order in which figures stack them, from the top."""
    return list(product(context.layers, context.populations))


def in_model_order(areas: Sequence[str], context: Context) -> list[str]:
    """Return `areas`, each once, in the order of `context.areas`."""
    present = set(areas)
    known = [area for area in context.areas if area in present]
    return known + [area for area in dict.fromkeys(areas) if area not in known]


def by_network(
    areas: Sequence[str], networks: pd.DataFrame | None
) -> tuple[list[str], list[tuple[str, int]]]:
    """Order `areas` by the resting-state network of the right hemisphere, from `networks`.

    Returns
    -------
    areas : list of str
    groups : list of (name, number of areas)
        Consecutive; empty without a table of networks.
    """
    if networks is None:
        return list(areas), []
    of_area = networks["right"]
    listed = [area for area in of_area.index if area in set(areas)]
    names = list(dict.fromkeys(of_area.loc[listed]))
    groups = [[area for area in listed if of_area[area] == name] for name in names]
    rest = [area for area in areas if area not in of_area.index]
    if rest:
        names, groups = [*names, "none"], [*groups, rest]
    sizes = [(name, len(group)) for name, group in zip(names, groups, strict=True)]
    return [area for group in groups for area in group], sizes
