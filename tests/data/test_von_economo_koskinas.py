import csv
from pathlib import Path

import pytest
import xlwt

from multiarea.data.von_economo_koskinas import WORKBOOK_COLUMNS, read_layers
from multiarea.errors import InputError

TABLE = Path(__file__).parents[2] / "experimental_data/von_economo_koskinas/layers.csv"
HEADER = "area,layer,neuron_density_per_mm3,thickness_mm\n"


def save_workbook(path, rows, header=tuple(WORKBOOK_COLUMNS), first=0):
    book = xlwt.Workbook()
    book.add_sheet("notes").write(0, 0, "not the table")
    sheet = book.add_sheet("layers")
    for number, row in enumerate([header, *rows], start=first):
        for column, value in enumerate(row):
            if value != "":
                sheet.write(number, column, value)
    book.save(str(path))
    return path


def as_workbook_rows():
    """Return the shipped table as the workbook holds it: area symbols once, numbers as numbers."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))[1:]
    before = ""
    for area, layer, density, thickness in rows:
        cells = [v if v in ("", "-") else float(v) for v in (density, thickness)]
        if (area, layer) == ("FCBm", "IV"):
            cells[0] = "60.000 (?)"
        yield ["" if area == before else area, layer, *cells]
        before = area


def test_shipped_table():
    layers = read_layers(TABLE)
    assert layers.shape == (420, 4) and layers["area"].nunique() == 51
    assert layers.iloc[0].tolist() == ["FA", "I", 7000.0, 0.18]
    assert layers.iloc[-2].tolist() == ["TG", "VIa", 26000.0, 1.5]
    assert layers["thickness_mm"].sum() == pytest.approx(128.085, abs=1e-9)
    assert layers["neuron_density_per_mm3"].sum() == pytest.approx(39166900 / 3)
    assert layers.duplicated(["area", "layer"]).sum() == 5


def test_dash_and_nothing_are_zero():
    layers = read_layers(TABLE)
    rows = {(row.area, row.layer): list(row)[3:] for row in layers.itertuples()}
    assert rows["FL", "Vb"] == [40000.0, 0.0]
    assert rows["FN", "I"] == [0.0, 0.30000000000000004]
    assert rows["OA", "VIb"] == [0.0, 0.26]
    assert rows["FA", "IIIa"] == [0.0, 0.0]


def test_workbook_gives_the_same_table(tmp_path):
    path = save_workbook(tmp_path / "layers.xls", as_workbook_rows())
    assert read_layers(path).equals(read_layers(TABLE))


def test_workbook_with_title_and_other_columns(tmp_path):
    header = ["No", "Area  symbol ", "Cortical\nlayer", *list(WORKBOOK_COLUMNS)[2:]]
    rows = [
        [1, "", "", "", ""],
        [2, "FA", "I", "60.000 (?)", 0.5],
        [3, "", " II ", "12.5 (?)", "-"],
        [4, "", "II", 7, 1],
    ]
    path = save_workbook(tmp_path / "layers.xls", rows, header, first=3)
    assert read_layers(path).to_numpy().tolist() == [
        ["FA", "I", 60000.0, 0.5],
        ["FA", "II", 12.5, 0.0],
        ["FA", "II", 7.0, 1.0],
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("FA,I,many,0.2", "line 2: 'many' in column 'neuron_density_per_mm3'; expected a number"),
        ("FA,I,-5,0.2", "line 2: '-5' in column 'neuron_density_per_mm3'"),
        ("FA,I,5,inf", "line 2: 'inf' in column 'thickness_mm'"),
        ("FA,I,5,1_0", "line 2: '1_0' in column 'thickness_mm'"),
        ("FA,I,5,nan", "line 2: 'nan' in column 'thickness_mm'"),
        (",I,5,1", "line 2: no area"),
    ],
)
def test_wrong_row(tmp_path, row, expected):
    path = tmp_path / "layers.csv"
    path.write_text(HEADER + row + "\n")
    with pytest.raises(InputError) as caught:
        read_layers(path)
    assert str(path) in str(caught.value) and expected in str(caught.value)


def test_wrong_workbook(tmp_path):
    path = tmp_path / "layers.xls"
    path.write_bytes(b"area,layer\n")
    with pytest.raises(InputError, match="layers.xls: cannot be read .*expected an .xls workbook"):
        read_layers(path)
    header = ["Area symbol", "Cortical layers", *list(WORKBOOK_COLUMNS)[2:]]
    save_workbook(path, [["FA", "I", 1, 2]], header)
    with pytest.raises(
        InputError, match="no column 'Cortical layer'.*Did you mean 'Cortical layers'"
    ):
        read_layers(path)
    save_workbook(
        path, [["", list(WORKBOOK_COLUMNS)[1]]], ["Area symbol", "", *list(WORKBOOK_COLUMNS)[2:]]
    )
    with pytest.raises(InputError, match="the columns are not named in one row"):
        read_layers(path)
    save_workbook(path, [])
    with pytest.raises(InputError, match="has a header but no rows"):
        read_layers(path)
    save_workbook(path, [["", "I", 1, 2]])
    with pytest.raises(InputError, match="row 2: no area"):
        read_layers(path)
    save_workbook(path, [["FA", "I", 1, 2], ["", "II", "?", 2]])
    with pytest.raises(InputError, match=r"row 3: '\?' in column 'neuron_density_per_mm3'"):
        read_layers(path)
    with pytest.raises(InputError, match="Did you mean 'layers.xls'"):
        read_layers(tmp_path / "layer.xls")
    with pytest.raises(InputError, match=".xlsx is not read"):
        read_layers(tmp_path / "layers.xlsx")
