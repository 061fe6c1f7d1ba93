"""Names as a reader wants them: areas in full and in short, populations, resting-state networks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pandas as pd

from multiarea.figures.kinds.drawing import Context

AREA_NAMES = {
    "bankssts": ("bSTS", "banks of sup. temp. sulcus"),
    "caudalanteriorcingulate": ("cACC", "caudal anterior cingulate"),
    "caudalmiddlefrontal": ("cMFG", "caudal middle frontal"),
    "cuneus": ("Cun", "cuneus"),
    "entorhinal": ("EC", "entorhinal"),
    "frontalpole": ("FP", "frontal pole"),
    "fusiform": ("Fus", "fusiform"),
    "inferiorparietal": ("IPL", "inferior parietal"),
    "inferiortemporal": ("ITG", "inferior temporal"),
    "insula": ("Ins", "insula"),
    "isthmuscingulate": ("iCC", "isthmus cingulate"),
    "lateraloccipital": ("LOC", "lateral occipital"),
    "lateralorbitofrontal": ("lOFC", "lateral orbitofrontal"),
    "lingual": ("Ling", "lingual"),
    "medialorbitofrontal": ("mOFC", "medial orbitofrontal"),
    "middletemporal": ("MTG", "middle temporal"),
    "paracentral": ("PaC", "paracentral"),
    "parahippocampal": ("PHG", "parahippocampal"),
    "parsopercularis": ("pOpe", "pars opercularis"),
    "parsorbitalis": ("pOrb", "pars orbitalis"),
    "parstriangularis": ("pTri", "pars triangularis"),
    "pericalcarine": ("pCal", "pericalcarine"),
    "postcentral": ("poCG", "postcentral"),
    "posteriorcingulate": ("PCC", "posterior cingulate"),
    "precentral": ("prCG", "precentral"),
    "precuneus": ("pCun", "precuneus"),
    "rostralanteriorcingulate": ("rACC", "rostral anterior cingulate"),
    "rostralmiddlefrontal": ("rMFG", "rostral middle frontal"),
    "superiorfrontal": ("SFG", "superior frontal"),
    "superiorparietal": ("SPL", "superior parietal"),
    "superiortemporal": ("STG", "superior temporal"),
    "supramarginal": ("SMG", "supramarginal"),
    "temporalpole": ("TP", "temporal pole"),
    "transversetemporal": ("TT", "transverse temporal"),
}
"""Desikan-Killiany areas: short and full names. Other names are readable as they are."""

LOBES = {
    "frontal": (
        *("caudalmiddlefrontal", "frontalpole", "lateralorbitofrontal", "medialorbitofrontal"),
        *("paracentral", "parsopercularis", "parsorbitalis", "parstriangularis", "precentral"),
        *("rostralmiddlefrontal", "superiorfrontal"),
    ),
    "parietal": (
        *("inferiorparietal", "postcentral", "precuneus", "superiorparietal", "supramarginal"),
    ),
    "temporal": (
        *("bankssts", "entorhinal", "fusiform", "inferiortemporal", "middletemporal"),
        *("parahippocampal", "superiortemporal", "temporalpole", "transversetemporal"),
    ),
    "occipital": ("cuneus", "lateraloccipital", "lingual", "pericalcarine"),
    "cingulate": (
        *("caudalanteriorcingulate", "isthmuscingulate", "posteriorcingulate"),
        "rostralanteriorcingulate",
    ),
    "insula": ("insula",),
}
"""Lobes of the Desikan-Killiany areas (Klein & Tourville 2012)."""


def lobe(area: str) -> str:
    """Return an area's lobe, or an empty text if it is not known."""
    return next((name for name, areas in LOBES.items() if area in areas), "")


def short(area: str) -> str:
    """Return an area's abbreviation."""
    return AREA_NAMES.get(area, (area, area))[0]


def full(area: str) -> str:
    """Return an area's full name."""
    return AREA_NAMES.get(area, (area, area))[1]


def key(area: str) -> str:
    """Return an area's full name followed by its abbreviation, if it has one."""
    return full(area) if full(area) == short(area) else f"{full(area)}  {short(area)}"


def rows(context: Context) -> list[tuple[str, str]]:
    """Return (layer, population) in the order in which figures stack them, from the top."""
    return list(product(context.layers, context.populations))


def in_model_order(areas: Sequence[str], context: Context) -> list[str]:
    """Return areas in the order of the model."""
    present = set(areas)
    known = [area for area in context.areas if area in present]
    return known + [area for area in dict.fromkeys(areas) if area not in known]


def by_network(
    areas: Sequence[str], networks: pd.DataFrame | None, hemisphere: str = "right"
) -> tuple[list[str], list[tuple[str, int]]]:
    """Order areas by resting-state network.

    Returns
    -------
    areas : list of str
    groups : list of (name, number of areas)
        Consecutive; empty without a table of networks.
    """
    if networks is None:
        return list(areas), []
    of_area = networks[hemisphere]
    listed = [area for area in of_area.index if area in set(areas)]
    names = list(dict.fromkeys(of_area.loc[listed]))
    groups = [[area for area in listed if of_area[area] == name] for name in names]
    rest = [area for area in areas if area not in of_area.index]
    if rest:
        names, groups = [*names, "none"], [*groups, rest]
    sizes = [(name, len(group)) for name, group in zip(names, groups, strict=True)]
    return [area for group in groups for area in group], sizes
