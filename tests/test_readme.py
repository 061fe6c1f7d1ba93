"""The table "to change ... write ..." of the README: each row is an experiment."""

import re

import pytest


@pytest.fixture(scope="module")
def rows(checkout):
    text = (checkout / "README.md").read_text("utf-8")
    table = text.split("| to change | write |\n|---|---|\n")[1].split("\n\n")[0]
    return [line.strip("| ").split(" | ") for line in table.splitlines()]


def test_each_row_changes_what_it_says(rows, load, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recorded").mkdir()
    (tmp_path / "recorded/spikes.h5").write_bytes(b"the file that a row names")
    (default,) = load("net_params = {}")
    hashes = {default.analysis_folder}
    for what, cell in rows:
        code = [part for part in re.findall("`([^`]*)`", cell) if " = " in part]
        (one,) = load("\n".join(code))
        assert code and one.analysis_folder not in hashes, what
        hashes.add(one.analysis_folder)
    assert len(rows) >= 9


def test_the_words_of_the_table(rows, load):
    """chi, g and eta_ext of the table are the long names that the reference has."""
    text = dict(rows)
    (one,) = load(re.findall("`([^`]*)`", text["weights between areas"])[0])
    factors = one.network.scaling_factors_recurrent
    assert (factors.cc_scalingEtoE, factors.cc_scalingEtoI) == (2.5, 5.0)
    (one,) = load(re.findall("`([^`]*)`", text["external drive"])[0])
    assert one.network.input_params.eta_ext == 1.2
