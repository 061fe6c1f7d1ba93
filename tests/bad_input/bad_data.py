"""Bad tables and arrays: name of the case -> message and content, by the kind of the file."""

import json

import numpy as np
from cases import (
    Case,
    dangling,
    fifo,
    folder,
    npy,
    one_long_line,
    pickled,
    says,
    symlink_loop,
    unreadable_bytes,
)

RATES_HEADER = "area,layer,population,rate\n"
UNITS_HEADER = "unit,trial,time_ms\n"
REGIONS = "ctx-lh-cuneus\nctx-rh-cuneus\n"


def _matrix(first: str = "cuneus", second: str = "insula", values: str = "1,2\n3,4") -> str:
    """Return a labelled 2 x 2 matrix."""
    (a, b), labels = values.split("\n"), (first, second)
    return f"area,{first},{second}\n{labels[0]},{a}\n{labels[1]},{b}\n"


def _zip_with(name: str) -> bytes:
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr(name, "x")
    return stream.getvalue()


RATES: dict[str, Case] = {
    "pickle": says("pickles are not read", "give a table with the columns area")(
        pickled(), "rates.pkl"
    ),
    "pickle named .csv": says("is a Python pickle, which is never read")(pickled()),
    "empty": says("is empty; expected a CSV table with the columns area, layer, population")(""),
    "only a header": says("has a header but no rows")(RATES_HEADER),
    "blank lines": says("is empty; expected a CSV table")("\n\n\n"),
    "no header": says("no column 'area'")("cuneus,IV,E,1.0\n"),
    "column missing": says("no column 'rate'", "Did you mean 'rat'?")(
        "area,layer,population,rat\ncuneus,IV,E,1\n"
    ),
    "column twice": says("column 'rate' occurs twice")(
        "area,layer,population,rate,rate\ncuneus,IV,E,1,1\n"
    ),
    "semicolons": says("the columns are separated by semicolons; expected commas between columns")(
        "area;layer;population;rate\ncuneus;IV;E;1,5\n"
    ),
    "row too short": says("line 2: 3 entries; expected the 4 of the header")(
        RATES_HEADER + "cuneus,IV,E\n"
    ),
    "row too long": says("line 2: 5 entries; expected the 4 of the header")(
        RATES_HEADER + "cuneus,IV,E,1,2\n"
    ),
    "quote never closed": says("line 2: not CSV (unexpected end of data)")(
        RATES_HEADER + '"cuneus,IV,E,1\n'
    ),
    "NaN": says("line 2: 'nan' in column 'rate'; expected a finite number")(
        RATES_HEADER + "cuneus,IV,E,nan\n"
    ),
    "infinite": says("line 2: '-inf' in column 'rate'; expected a finite number")(
        RATES_HEADER + "cuneus,IV,E,-inf\n"
    ),
    "beyond floats": says("line 2: '1e999' in column 'rate'; expected a finite number")(
        RATES_HEADER + "cuneus,IV,E,1e999\n"
    ),
    "negative": says("-1 in column 'rate', row 'cuneus, IV, E'; expected no negative number")(
        RATES_HEADER + "cuneus,IV,E,-1\n"
    ),
    "text": says("line 2: 'high' in column 'rate'; expected a finite number")(
        RATES_HEADER + "cuneus,IV,E,high\n"
    ),
    "decimal comma": says("line 2: '1,5' in column 'rate'")(RATES_HEADER + 'cuneus,IV,E,"1,5"\n'),
    "nothing": says("line 2: nothing in column 'rate'")(RATES_HEADER + "cuneus,IV,E,\n"),
    "cell with a line break": says("'1\\n2' in column 'rate'")(
        RATES_HEADER + 'cuneus,IV,E,"1\n2"\n'
    ),
    "cell with terminal codes": says("'\\x1b[2J' in column 'rate'")(
        RATES_HEADER + "cuneus,IV,E,\x1b[2J\n"
    ),
    "cell of 100 kB": says("line 2: 'xxx", "...' in column 'rate'")(
        RATES_HEADER + "cuneus,IV,E," + "x" * 100_000
    ),
    "area without a name": says("line 2: nothing in column 'area'; expected a name")(
        RATES_HEADER + ",IV,E,1\n"
    ),
    "population twice": says("area, layer, population 'cuneus, IV, E' occurs twice")(
        RATES_HEADER + "cuneus,IV,E,1\n" * 2
    ),
    "unknown population": says("unknown population 'PV'; expected one of 'E', 'I'")(
        RATES_HEADER + "cuneus,IV,PV,1\n"
    ),
    "populations missing": says("no rate for ", "populations, the first: bankssts|II/III|E")(
        RATES_HEADER + "cuneus,IV,E,1\n"
    ),
    "UTF-16": says("is a binary file")((RATES_HEADER + "cuneus,IV,E,1\n").encode("utf-16")),
    "Latin-1": says("line 2: is not UTF-8 text")(
        RATES_HEADER.encode() + "Jülich,IV,E,1\n".encode("latin-1")
    ),
    "binary": says("is a binary file")(bytes(range(256))),
    "zip": says("is a binary file")(_zip_with("rates.csv")),
    "line of 100 MB": says("line 1: more than 1000000 bytes")(one_long_line(b"area,", 10**8)),
    "line of 1 GB": says("1000 MB; expected a CSV table", "of at most 200 MB")(
        one_long_line(b"area,", 10**9)
    ),
    "1 TB of zeros": says("1099512 MB; expected a CSV table")(unreadable_bytes(2**40)),
}

#: Anything in place of the table of E/I fractions.
TABLES: dict[str, Case] = {
    "folder": says("is not a file; expected a file with a CSV table")(folder),
    "pipe": says("is not a file; expected a file with a CSV table")(fifo),
    "link to itself": says("ei_ratio_path: no such file")(symlink_loop),
    "link to nothing": says("ei_ratio_path: no such file")(dangling),
    "layer unknown": says("layer", "VII")("layer,ratio\nVII,0.8\n"),
    "layer twice": says("'IV' occurs twice")("layer,ratio\nIV,0.8\nIV,0.8\n"),
    "fraction above one": says("ratio")("layer,ratio\nII/III,1.8\nIV,0.8\nV,0.8\nVI,0.8\n"),
    "fraction negative": says("ratio")("layer,ratio\nII/III,-0.8\nIV,0.8\nV,0.8\nVI,0.8\n"),
    "layer missing": says("layer")("layer,ratio\nIV,0.8\n"),
}

#: `streamlines_right.csv` of the connectome.
MATRICES: dict[str, Case] = {
    "area twice": says("'cuneus' occurs twice")(_matrix("cuneus", "cuneus")),
    "row and column differ": says("no column 'insula'")("area,cuneus,x\ncuneus,1,2\ninsula,3,4\n"),
    "not square": says("no row 'insula'")("area,cuneus,insula\ncuneus,1,2\n"),
    "area missing": says(
        "no areas 'bankssts', 'caudalanteriorcingulate', ", "expected all 34 areas of the"
    )(_matrix()),
    "NaN": says("line 2: 'nan' in column 'cuneus'")(_matrix(values="nan,2\n3,4")),
    "negative": says("expected no negative number")(_matrix(values="-1,2\n3,4")),
    "nothing": says("line 3: nothing in column 'insula'")(_matrix(values="1,2\n3,")),
}

ARRAYS: dict[str, Case] = {
    "pickle": says("is a Python pickle, which is never read")(pickled()),
    "objects": says("cannot be read (Object arrays cannot be loaded when allow_pickle=False)")(
        npy(np.array([{}], object), allow_pickle=True)
    ),
    "empty": says("cannot be read")(b""),
    "text": says("cannot be read")("1 2 3"),
    "only the start": says("cannot be read")(npy(np.zeros((9, 2, 3)))[:100]),
    "shape beyond memory": says("cannot be read")(
        npy(np.zeros((9, 2))).replace(b"(9, 2), }", b"(9999999999999, 2), }")[:200]
    ),
    "header of code": says("cannot be read")(
        npy(np.zeros((9, 2))).replace(b"'descr': '<f8'", b"'descr': exit(3)")
    ),
    "zip of arrays": says("holds no array of numbers")(_zip_with("a.txt")),
    "texts": says("holds no array of numbers")(npy(np.array(["a", "b"]))),
    "complex": says("holds no array of numbers")(npy(np.zeros((9, 2), complex))),
    "one dimension": says("the array is 9, the list has 2 regions")(npy(np.zeros(9))),
    "four dimensions": says("the array is 9 x 2 x 1 x 1, the list")(npy(np.zeros((9, 2, 1, 1)))),
    "other regions": says("the array is 9 x 3 x 1, the list has 2 regions")(npy(np.zeros((9, 3)))),
    "no times": says("the array is 0 x 2 x 1")(npy(np.zeros((0, 2)))),
    "as many times as regions": says("cannot be told apart")(npy(np.ones((2, 2)))),
    "folder": says("is not a file")(folder),
    "250 MB of zeros": says("of at most 200 MB")(unreadable_bytes(250_000_000)),
}

LISTS: dict[str, Case] = {
    "empty": says("is empty; expected one region per line")(""),
    "binary": says("is not UTF-8 text; expected one region per line")(b"\xff\xfe"),
    "pickle": says("is a Python pickle, which is never read")(pickled()),
    "area missing": says("0 regions for the left 'bankssts'; expected one")(REGIONS),
    "line of 250 MB": says("of at most 200 MB")(one_long_line(b"ctx", 250_000_000)),
}

UNITS: dict[str, Case] = {
    "column missing": says("no column 'time_ms'", "Did you mean 'time'?")(
        "unit,trial,time\n1,1,5\n"
    ),
    "time beyond the trial": says("time_ms 2000 of unit 'a'; expected 0 to less than 2000")(
        UNITS_HEADER + "a,1,2000\n"
    ),
    "negative time": says("time_ms -1 of unit 'a'")(UNITS_HEADER + "a,1,-1\n"),
    "NaN": says("line 2: 'nan' in column 'time_ms'")(UNITS_HEADER + "a,1,nan\n"),
    "unit without a name": says("line 2: nothing in column 'unit'")(UNITS_HEADER + ",1,5\n"),
    "MATLAB file of text": says("cannot be read as MATLAB")("unit trial time_ms", "units.mat"),
    "MATLAB file, empty": says("cannot be read as MATLAB")("", "units.mat"),
    "MATLAB 7.3": says("MATLAB")(b"MATLAB 7.3 MAT-file" + b" " * 105 + b"\0\2IM", "units.mat"),
    "pickle named .mat": says("is a Python pickle, which is never read")(pickled(), "units.mat"),
}

#: In place of network.h5.
NETWORKS: dict[str, Case] = {
    "empty": says("not a readable network file")(""),
    "text": says("not a readable network file")("network"),
    "pickle": says("not a readable network file")(pickled()),
    "JSON": says("not a readable network file")(json.dumps({"populations": []})),
    "folder": says("not a readable network file")(folder),
    "link to itself": says("not a readable network file")(symlink_loop),
    "50 MB of zeros": says("not a readable network file")(unreadable_bytes(50_000_000)),
}
