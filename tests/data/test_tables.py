import pickle

import pytest

from multiarea.data import csv_text
from multiarea.data.checks import in_area_order, require_non_negative
from multiarea.data.tables import read_matrix, read_table, read_text_table
from multiarea.errors import InputError

COLUMNS = {"area": str, "n": int, "x": float}


def message(call, *args):
    with pytest.raises(InputError) as caught:
        call(*args)
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.fixture
def write(tmp_path):
    def write_file(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write_file


def test_types_order_and_extra_columns(write):
    path = write('x,area,note,n\n0.1,V1,"a, b",3\n\n-2e3, V2 ,,4.0\n')
    table = read_table(path, COLUMNS)
    assert list(table.columns) == ["area", "n", "x"]
    assert table.to_dict("list") == {"area": ["V1", "V2"], "n": [3, 4], "x": [0.1, -2000.0]}
    assert table["n"].dtype == int
    assert list(read_text_table(path).index) == [2, 4]


def test_numbers_are_read_exactly(write):
    path = write("area,n,x\nA,1,0.30000000000000004\n")
    assert read_table(path, COLUMNS).at[0, "x"] == 0.1 + 0.2


def test_byte_order_mark_and_windows_line_ends(write):
    path = write(b"\xef\xbb\xbfarea,n,x\r\nA,1,2\r\n")
    assert read_table(path, COLUMNS).to_dict("list") == {"area": ["A"], "n": [1], "x": [2.0]}


def test_missing_file_names_the_nearest(write, tmp_path):
    write("area\nA\n", "volumes.csv")
    text = message(read_table, tmp_path / "volums.csv", {"area": str})
    assert "volums.csv: no such file" in text and "Did you mean 'volumes.csv'?" in text


def test_missing_folder(tmp_path):
    text = message(read_table, tmp_path / "nowhere" / "a.csv", {"area": str})
    assert f"no folder '{tmp_path / 'nowhere'}'" in text


def test_path_below_a_file(write):
    path = write("area\nA\n")
    assert "no folder" in message(read_table, path / "a.csv", {"area": str})


def test_folder_instead_of_file(tmp_path):
    assert "is not a file" in message(read_table, tmp_path, {"area": str})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "is empty; expected a CSV table with the columns area, n, x"),
        ("\n\n", "is empty"),
        ("area,n,x\n", "has a header but no rows"),
        ("aera,n,x\nA,1,2\n", "no column 'area'"),
        ("area,n,n,x\nA,1,1,2\n", "column 'n' occurs twice"),
        ("area,n,x\nA,1\n", "line 2: 2 entries; expected the 3 of the header"),
        ("area,n,x\nA,1,2,3\n", "line 2: 4 entries; expected the 3 of the header"),
        ("area,n,x\nA,1,2\n,1,2\n", "line 3: nothing in column 'area'; expected a name"),
        ("area,n,x\nA,1.5,2\n", "line 2: '1.5' in column 'n'; expected a whole number"),
        ("area,n,x\nA,1_0,2\n", "line 2: '1_0' in column 'n'; expected a whole number"),
        ("area,n,x\nA,1,two\n", "line 2: 'two' in column 'x'; expected a finite number"),
        ("area,n,x\nA,1,nan\n", "line 2: 'nan' in column 'x'; expected a finite number"),
        ("area,n,x\nA,1,-inf\n", "line 2: '-inf' in column 'x'; expected a finite number"),
        ("area,n,x\nA,1,\n", "line 2: nothing in column 'x'; expected a finite number"),
        ('area,n,x\n"A,1,2\n', "not CSV"),
        ("area,n,x\nA,1,2\nF\u0394,1,2\n".encode("utf-16"), "is a binary file"),
        ("area,n,x\nA,1,2\nF\u00e9,1,2\n".encode("latin-1"), "line 3: is not UTF-8 text"),
        (b"area,n,x\nA\0,1,2\n", "is a binary file"),
        (pickle.dumps({"area": [1.0]}, protocol=4), "is a Python pickle, which is never read"),
        (pickle.dumps({"area": [1.0]}, protocol=0), "table.csv"),
    ],
)
def test_wrong_content(write, content, expected):
    path = write(content)
    text = message(read_table, path, COLUMNS)
    assert text.startswith(str(path)) and expected in text


def test_missing_column_suggests_the_nearest(write):
    path = write("aera,n,x\nA,1,2\n")
    assert "Did you mean 'aera'?" in message(read_table, path, COLUMNS)


def test_pickle_by_name_is_refused_whatever_it_holds(write):
    path = write("area,n,x\nA,1,2\n", "table.pkl")
    assert "is a Python pickle, which is never read" in message(read_table, path, COLUMNS)


def test_too_large_and_too_long(write, monkeypatch):
    path = write("area,n,x\nA,1,2\n")
    monkeypatch.setattr(csv_text, "MAX_LINE", 5)
    assert "line 1: more than 5 bytes" in message(read_table, path, COLUMNS)
    monkeypatch.setattr(csv_text, "MAX_BYTES", 10)
    assert "MB; expected a CSV table" in message(read_table, path, COLUMNS)


def test_field_beyond_the_limit_of_csv(write):
    path = write("area,n,x\n" + "A" * 200_000 + ",1,2\n")
    assert "not CSV" in message(read_table, path, COLUMNS)


def test_matrix_is_target_by_source_and_columns_follow_rows(write):
    matrix = read_matrix(write("area,B,A\nA,1,2\nB,3,4\n"))
    assert list(matrix.index) == list(matrix.columns) == ["A", "B"]
    assert matrix.at["A", "B"] == 1 and matrix.at["B", "A"] == 4
    assert matrix.to_numpy().tolist() == [[2, 1], [4, 3]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("area,A,B\nA,1,2\n", "no row 'B'"),
        ("area,A\nA,1\nB,2\n", "no column 'B'"),
        ("area,A,B\nA,1,2\nA,3,4\n", "'A' occurs twice"),
        ("area,A,A\nA,1,2\nB,3,4\n", "column 'A' occurs twice"),
        ("area,A,B\nA,1,x\nB,3,4\n", "line 2: 'x' in column 'B'"),
        ("area,A,B\nA,1,nan\nB,3,4\n", "line 2: 'nan' in column 'B'"),
    ],
)
def test_wrong_matrix(write, content, expected):
    assert expected in message(read_matrix, write(content))


def test_area_order(write):
    path = write("area,V1,V2\nV1,1,2\nV2,3,4\n")
    matrix = read_matrix(path)
    assert in_area_order(path, matrix, ["V2", "V1"]).to_numpy().tolist() == [[4, 3], [2, 1]]
    assert in_area_order(path, matrix, ["V2"]).to_numpy().tolist() == [[4]]
    text = message(in_area_order, path, matrix, ["V1", "v2"])
    assert "no area 'v2'" in text and "Did you mean 'V2'?" in text


def test_negative_number_is_named(write):
    path = write("area,V1,V2\nV1,1,2\nV2,-3,4\n")
    text = message(require_non_negative, path, read_matrix(path))
    assert "-3 in column 'V1', row 'V2'; expected no negative number" in text
