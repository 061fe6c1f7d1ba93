"""Areas of the Desikan-Killiany parcellation: volumes, von Economo areas, networks, map."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from multiarea.data import matlab
from multiarea.data.checks import require_known, require_names, require_unique
from multiarea.data.tables import read_indexed, read_table


def read_volumes(path: Path) -> pd.Series:
    """Read the volume of each area [mm3], indexed by area in the order of the file.

    Parameters
    ----------
    path : Path
        A CSV table with the columns area, volume_mm3, or the original ``.mat`` file with the
        variables Volume and HumanDKNames.

    Raises
    ------
    InputError
        If the file is neither, an area occurs twice or a volume is negative.
    """
    path = Path(path)
    if path.suffix.lower() != ".mat":
        return read_indexed(path, ["area"], {"volume_mm3": float})["volume_mm3"]
    content = matlab.read_mat(path, ("Volume", "HumanDKNames"))
    areas = pd.Index(matlab.names(path, "HumanDKNames", content["HumanDKNames"]), name="area")
    volumes = matlab.numbers(path, "Volume", content["Volume"], (len(areas),))
    return pd.Series(volumes, areas, name="volume_mm3")


def read_mapping(path: Path) -> pd.DataFrame:
    """Read which von Economo areas make up each Desikan-Killiany area.

    Raises InputError if the file is not a table with these columns or a pair occurs twice.

    Returns
    -------
    DataFrame
        Columns desikan_killiany_area, von_economo_area; one row per pair, as in the file.
    """
    columns = ["desikan_killiany_area", "von_economo_area"]
    table = read_table(path, dict.fromkeys(columns, str))
    require_unique(path, table, columns)
    return table


def read_networks(path: Path) -> pd.DataFrame:
    """Read the resting-state network that each area belongs to (Kabbara et al. 2017).

    Raises InputError if the file is not a table with the columns area, left, right or an area
    occurs twice.

    Returns
    -------
    DataFrame
        Columns left and right (name of the network in that hemisphere), indexed by area in the
        order of the file, which is the order used in figures.
    """
    return read_indexed(path, ["area"], {"left": str, "right": str})


def read_area_map(path: Path, areas: Sequence[str]) -> pd.DataFrame:
    """Read from the table `path` where `areas` lie on drawings of the brain's surface.

    Raises InputError if the file is not a table with these columns, has an unknown view or lacks
    an area.

    Returns
    -------
    DataFrame
        Columns view (lateral, medial), area ("hemisphere": the outline of a view), outline (number
        of the polygon among those of an area in a view), x and y (drawing units, y upwards): a row
        per corner, in order.
    """
    columns = {"view": str, "area": str, "outline": int, "x": float, "y": float}
    table = read_table(path, columns)
    require_known(path, table["view"], ("lateral", "medial"))
    require_names(path, table["area"].unique(), ["hemisphere", *areas])
    return table
