"""Neuron density and thickness of cortical layers, von Economo & Koskinas."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from multiarea.data.csv_text import require_file
from multiarea.data.tables import as_type, read_text_table
from multiarea.errors import InputError, did_you_mean, one_line

if TYPE_CHECKING:
    from xlrd.sheet import Cell

COLUMNS = ("area", "layer", "neuron_density_per_mm3", "thickness_mm")
WORKBOOK_COLUMNS = {
    "Area symbol": "area",
    "Cortical layer": "layer",
    "mean cell content per layer [cells/mm3]": "neuron_density_per_mm3",
    "Layer thickness overall [mm]": "thickness_mm",
}
"""Columns of the workbook -> columns of the table."""
_UNCERTAIN = re.compile(r"\s*\(\?\)\s*$")
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+")


def read_layers(path: Path) -> pd.DataFrame:
    """Read the layers of all areas from a CSV table or from the original ``.xls`` workbook.

    The workbook has the columns `WORKBOOK_COLUMNS` and names an area once.

    Raises InputError if the file is neither, or an entry is not a finite, not negative number.

    Returns
    -------
    DataFrame
        Columns area, layer (empty for merged cells of the workbook), neuron_density_per_mm3
        (1/mm3) and thickness_mm (mm), all rows in the order of the file. An empty cell or "-" is
        0; "60.000 (?)" is 60000.
    """
    path = Path(path)
    if path.suffix.lower() == ".xls":
        text = _read_workbook(path)
    elif path.suffix.lower() == ".xlsx":
        raise InputError(f"{path}: .xlsx is not read; save the workbook as .xls or CSV.")
    else:
        text = read_text_table(path, COLUMNS).rename(index="line {}".format)
    nameless = text.index[text["area"] == ""]
    if len(nameless):
        raise InputError(f"{path}, {nameless[0]}: no area; expected its symbol, for example 'FA'.")
    layers = {name: list(text[name]) for name in COLUMNS[:2]}
    for name in COLUMNS[2:]:
        layers[name] = [_number(path, place, name, value) for place, value in text[name].items()]
    return pd.DataFrame(layers)


def _number(path: Path, place: str, column: str, value: str) -> float:
    if value in ("", "-"):
        return 0.0
    digits = _UNCERTAIN.sub("", value)
    if digits != value and _THOUSANDS.fullmatch(digits):
        digits = digits.replace(".", "")
    number = as_type(digits, float)
    if number is None or number < 0:
        raise InputError(
            f"{path}, {place}: '{value}' in column '{column}'; expected a number of 0 or more, "
            "'-' or nothing."
        )
    return number


def _read_workbook(path: Path) -> pd.DataFrame:
    """Return the text of the columns, indexed by row such as "row 2"."""
    import xlrd

    expected = f"an .xls workbook with the columns {', '.join(WORKBOOK_COLUMNS)}"
    path = require_file(path, expected)
    try:
        sheets = xlrd.open_workbook(path, logfile=io.StringIO()).sheets()
    except Exception as error:  # xlrd raises many kinds on a damaged file
        reason = one_line(error)
        raise InputError(f"{path}: cannot be read ({reason}); expected {expected}.") from None
    seen: list[str] = []
    for sheet in sheets:
        rows = [[_cell(cell) for cell in row] for row in sheet.get_rows()]
        for header, cells in enumerate(rows):
            if set(WORKBOOK_COLUMNS) <= set(cells):
                return _table(path, rows, header)
            seen.extend(cells)
    missing = next((name for name in WORKBOOK_COLUMNS if name not in seen), None)
    if missing is None:
        raise InputError(f"{path}: the columns are not named in one row; expected {expected}.")
    raise InputError(
        f"{path}: no column '{missing}'; expected {expected}.{did_you_mean(missing, seen)}"
    )


def _cell(cell: Cell) -> str:
    from xlrd import XL_CELL_ERROR
    from xlrd.biffh import error_text_from_code

    if cell.ctype == XL_CELL_ERROR:
        return error_text_from_code.get(cell.value, "#ERROR")
    return " ".join(str(cell.value).split())


def _table(path: Path, rows: list[list[str]], header: int) -> pd.DataFrame:
    positions = [rows[header].index(name) for name in WORKBOOK_COLUMNS]
    body = [[cells[position] for position in positions] for cells in rows[header + 1 :]]
    area, kept = "", {}
    for number, (symbol, *values) in enumerate(body, start=header + 2):
        area = symbol or area
        if area or any(values):
            kept[f"row {number}"] = [area, *values]
    if not kept:
        raise InputError(f"{path}: has a header but no rows; expected the layers of the areas.")
    return pd.DataFrame.from_dict(kept, "index", columns=list(WORKBOOK_COLUMNS.values()))
