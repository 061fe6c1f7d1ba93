"""Areas of the Desikan-Killiany parcellation: volumes, and their von Economo areas."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multiarea.data import matlab
from multiarea.data.checks import require_non_negative, require_unique
from multiarea.data.tables import read_table


def read_volumes(path: Path) -> pd.Series:
    """Read the volume of each area; their order is the order of areas in the model.

    Parameters
    ----------
    path : Path
        A CSV table with the columns area, volume_mm3, or the original ``.mat`` file with the
        variables Volume and HumanDKNames.

    Returns
    -------
    Series
        Volume [mm3], indexed by area in the order of the file.

    Raises
    ------
    InputError
        If the file is neither, an area occurs twice or a volume is negative.
    """
    path = Path(path)
    if path.suffix.lower() == ".mat":
        content = matlab.read_mat(path, ("Volume", "HumanDKNames"))
        areas = matlab.names(path, "HumanDKNames", content["HumanDKNames"])
        volumes = matlab.numbers(path, "Volume", content["Volume"], (len(areas),))
        table = pd.DataFrame({"area": areas, "volume_mm3": volumes})
    else:
        table = read_table(path, {"area": str, "volume_mm3": float})
    require_unique(path, table, ["area"])
    volume = table.set_index("area")["volume_mm3"]
    require_non_negative(path, volume)
    return volume


def read_mapping(path: Path) -> pd.DataFrame:
    """Read which von Economo areas make up each Desikan-Killiany area.

    Parameters
    ----------
    path : Path
        A CSV table with the columns of the result.

    Returns
    -------
    DataFrame
        Columns desikan_killiany_area, von_economo_area; one row per pair, as in the file.

    Raises
    ------
    InputError
        If the file is not such a table or a pair occurs twice.
    """
    columns = ["desikan_killiany_area", "von_economo_area"]
    table = read_table(path, dict.fromkeys(columns, str))
    require_unique(path, table, columns)
    return table
