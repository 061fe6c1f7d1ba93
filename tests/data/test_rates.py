import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest

from multiarea.data.rates import read_rates
from multiarea.errors import InputError

BASE = Path(__file__).parents[2] / "simulated_data/base_theory_rates.csv"
HEADER = "area,layer,population,rate\n"


class Trap:
    """Fails the test if it is ever unpickled."""

    def __reduce__(self):
        return pytest.fail, ("a pickle was read",)


def test_base_rates():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rates = read_rates(BASE)
    assert rates.index.names == ["area", "layer", "population"] and len(rates) == 254
    assert rates[("bankssts", "II/III", "E")] == 0.05989585146127521
    assert rates.mean() == pytest.approx(0.7545461, abs=1e-7)
    assert rates.max() == pytest.approx(5.346364, abs=1e-6)


def test_first_rate_column_is_used(tmp_path):
    path = tmp_path / "rates.csv"
    path.write_text("rate_2,area,layer,population,rate_1,rate_sd\n3,V1,IV,E,4,5\n")
    assert read_rates(path).to_dict() == {("V1", "IV", "E"): 3.0}


def test_pickle_is_refused_with_a_way_to_convert_it(tmp_path):
    path = tmp_path / "rates.pkl"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(InputError) as caught:
        read_rates(path)
    text = str(caught.value)
    assert "rates.pkl: is a Python pickle, which is never read" in text
    assert "pickle, which is never read" in text
    assert 'to_csv("rates.csv"' in text


def test_the_way_to_convert_works(tmp_path):
    path = tmp_path / "rates.pkl"
    index = pd.MultiIndex.from_tuples([("V1", "IV", "E"), ("V1", "IV", "I")])
    path.write_bytes(pickle.dumps(pd.Series([1.5, 2.5], index=index)))
    with pytest.raises(InputError) as caught:
        read_rates(path)
    load = "import pickle; rates = pickle.load(open('rates.pkl', 'rb')); "
    command = load + str(caught.value).split("with: ")[1]
    subprocess.run([sys.executable, "-c", command], cwd=tmp_path, check=True)
    assert read_rates(tmp_path / "rates.csv").tolist() == [1.5, 2.5]


def test_table_beside_a_pickle_is_read_with_a_warning(tmp_path):
    path = tmp_path / "rates.pkl"
    path.write_bytes(pickle.dumps(Trap()))
    (tmp_path / "rates.csv").write_text(HEADER + "V1,IV,E,4\n")
    with pytest.warns(UserWarning, match=r"rates.pkl: pickles are never read; reading .*rates.csv"):
        rates = read_rates(path)
    assert rates.to_dict() == {("V1", "IV", "E"): 4.0}


def test_pickle_named_csv_is_refused(tmp_path):
    path = tmp_path / "rates.csv"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(InputError, match="rates.csv: is a Python pickle, which is never read"):
        read_rates(path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (HEADER + "V1,IV,E,4\nV1,IV,E,5\n", "'V1, IV, E' occurs twice"),
        (HEADER + "V1,IV,E,-4\n", "-4 in column 'rate', row 'V1, IV, E'"),
        (HEADER + "V1,IV,E,nan\n", "'nan' in column 'rate'; expected a finite number"),
        (HEADER + "V1,IV,X,1\n", "unknown population 'X'; expected one of 'E', 'I'"),
        ("area,layer,population,value\nV1,IV,E,1\n", "no column 'rate'"),
        ("area,layer,pop,rate\nV1,IV,E,1\n", "no column 'population'"),
    ],
)
def test_wrong_rates(tmp_path, content, expected):
    path = tmp_path / "rates.csv"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        read_rates(path)
    assert str(path) in str(caught.value) and expected in str(caught.value)
