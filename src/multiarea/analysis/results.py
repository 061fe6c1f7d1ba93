"""Results of measures: tables in CSV files, arrays with dimensions and units in HDF5 files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from multiarea.files.atomic import atomic_path
from multiarea.files.hdf5 import new_hdf5
from multiarea.files.provenance import unreadable
from multiarea.network.network import LEVELS

LABELS = (*LEVELS, "target", "source", "quantity", "signal", "reference", "hemisphere", "subject")
"""Columns of tables that hold names: read as text even if they look like numbers."""
FORMAT = "multiarea result 1"
"""Attribute `format` of the HDF5 files."""
Content = dict[str, tuple[np.ndarray, tuple[str, ...], str]]
"""Name -> (array, names of its dimensions, unit)."""


@dataclass(frozen=True)
class Arrays:
    """Named arrays with dimensions and units."""

    content: Content

    def __post_init__(self) -> None:
        """Check the number of dimensions of each array."""
        for name, (values, dims, _) in self.content.items():
            if np.ndim(values) != len(dims):
                raise ValueError(f"'{name}' has {np.ndim(values)} dimensions, not {dims}")

    def __getitem__(self, name: str) -> np.ndarray:
        """Return an array by name."""
        return self.content[name][0]

    def __contains__(self, name: str) -> bool:
        """Return whether there is an array of that name."""
        return name in self.content

    def dims(self, name: str) -> tuple[str, ...]:
        """Return the names of an array's dimensions."""
        return self.content[name][1]

    def unit(self, name: str) -> str:
        """Return the unit of an array."""
        return self.content[name][2]

    @property
    def populations(self) -> pd.MultiIndex:
        """Labels (area, layer, population) of the dimension `population`."""
        return pd.MultiIndex.from_arrays(
            [self[f"population_{level}"] for level in LEVELS], names=LEVELS
        )


def population_labels(index: pd.MultiIndex) -> Content:
    """Return the content that `Arrays.populations` reads."""
    labels = {level: index.get_level_values(level).to_numpy(dtype=str) for level in LEVELS}
    return {
        f"population_{level}": (values, ("population",), "") for level, values in labels.items()
    }


def save(path: Path, result: pd.DataFrame | Arrays) -> None:
    """Write `result`, a table or arrays, atomically to `path` (.csv or .h5)."""
    path = Path(path)
    kind = ".csv" if isinstance(result, pd.DataFrame) else ".h5"
    if path.suffix != kind:
        raise ValueError(f"{path}: this result belongs in a {kind} file")
    if isinstance(result, Arrays):
        _write_arrays(path, result)
    else:
        with atomic_path(path) as temporary:
            result.to_csv(temporary, index=False)


def load(path: Path) -> pd.DataFrame | Arrays:
    """Read a result; see `save`.

    Raises InputError if the file is absent or damaged.
    """
    path = Path(path)
    try:
        return _read_table(path) if path.suffix == ".csv" else _read_arrays(path)
    except Exception as error:  # h5py and pandas raise many kinds on a damaged file
        raise unreadable(path, "result", error) from error


def _read_table(path: Path) -> pd.DataFrame:
    kinds = dict.fromkeys(LABELS, str)
    return pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=[""])


def _write_arrays(path: Path, result: Arrays) -> None:
    with new_hdf5(path, track_order=True) as file:
        file.attrs["format"] = FORMAT
        for name, (values, dims, unit) in result.content.items():
            values = np.asarray(values)
            if values.dtype.kind in "OU":
                values = values.astype(h5py.string_dtype())
            packing = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
            plain = values.ndim == 0 or values.nbytes < 4096 or values.dtype.kind == "O"
            data = file.create_dataset(name, data=values, **({} if plain else packing))
            data.attrs["dims"] = list(dims)
            data.attrs["unit"] = unit


def _read_arrays(path: Path) -> Arrays:
    content = {}
    with h5py.File(path, "r", track_order=True) as file:
        if file.attrs.get("format") != FORMAT:
            raise ValueError("another program wrote it")
        for name, data in file.items():
            text = h5py.check_string_dtype(data.dtype) is not None
            values = data.asstr()[()].astype(str) if text else data[()]
            content[name] = (values, tuple(map(str, data.attrs["dims"])), data.attrs["unit"])
    return Arrays(content)
