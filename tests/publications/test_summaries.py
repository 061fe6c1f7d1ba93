"""Damaged summaries: one message that names the file, and what is wrong with it."""

import shutil

import pytest

from multiarea.errors import InputError
from multiarea.summary import FULL_SCALE
from publications import runs
from publications.runs import PaperRuns
from publications.summaries import read_facts, read_summary

BASE = f"{FULL_SCALE}/human_base"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "Expecting property name"),
        ("[]", "expected an object with the texts experiment, file"),
        ('{"experiment": "human_base"}', "expected an object with the texts experiment, file"),
        (None, "No such file"),
    ],
    ids=["no JSON", "a list", "no file", "absent"],
)
def test_damaged_facts(tmp_path, content, message):
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(InputError, match=f"run.json: not the facts of a summary .*{message}"):
        read_facts(tmp_path)


def test_figures_are_refused_where_facts_are_damaged(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").touch()
    monkeypatch.setattr(runs, "SUMMARIES", (str(tmp_path),))
    PaperRuns(None)
    (tmp_path / "empty" / "run.json").touch()
    with pytest.raises(InputError, match=r"empty/run.json: not the facts of a summary"):
        PaperRuns(None)


@pytest.mark.parametrize("name", ["rates", "cv", "lvr", "correlation", "fc_currents", "fc_bold",
                                  "fc_similarity", "activity_similarity"])  # fmt: skip
def test_tables_without_a_column(checkout, tmp_path, name):
    path = tmp_path / f"{name}.csv"
    shutil.copy(checkout / BASE / path.name, path)
    assert len(read_summary([path])[name])
    for column in ("area", "quantity", "subject"):
        path.write_text(path.read_text().replace(f"{column},", "x,", 1))
    with pytest.raises(InputError, match=rf"{name}.csv: not a table of a summary \(no column '"):
        read_summary([path])


def test_tables_with_words_for_numbers(checkout, tmp_path):
    path = tmp_path / "activity_similarity.csv"
    content = (checkout / BASE / path.name).read_text().splitlines()
    columns = content[1].split(",")
    columns[content[0].split(",").index("similarity")] = "high"
    path.write_text("\n".join([content[0], ",".join(columns)]))
    with pytest.raises(InputError, match="'similarity' holds other things than numbers"):
        read_summary([path])
