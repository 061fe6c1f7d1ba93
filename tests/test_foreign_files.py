"""Files of other programs, and words that only rules write, given to the commands by hand."""

import json

import h5py
import numpy as np
import pytest

from multiarea.analysis import measures
from multiarea.analysis.results import load
from multiarea.cli import main
from multiarea.errors import InputError
from multiarea.network.network import load_network
from multiarea.spikes.store import Spikes

SPEC = json.dumps({"model": "human", "parameters": {}})
OUTPUTS = ["--to", "a/x.csv", "a/parameters.json", "a/provenance.json"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def foreign_spikes(here):
    """Valid SONATA spikes of another simulator."""
    with h5py.File(here / "theirs.h5", "w") as file:
        file.attrs["magic"] = np.uint32(0x0A7A)
        group = file.create_group("spikes/v1")
        group["timestamps"], group["node_ids"] = [1.0, 2.0], np.array([0, 1], np.uint64)
    return here / "theirs.h5"


def said(capsys, *words):
    """Return the one message of a command that fails and writes nothing."""
    try:
        assert main([str(word) for word in words]) == 1
    except SystemExit as stop:
        assert stop.code == 2
    text = capsys.readouterr().err
    assert "Traceback" not in text and "elete" not in text
    return text


def test_spikes_of_another_simulator(foreign_spikes, capsys):
    text = said(capsys, "analyse", "cv", "--spec", SPEC, "--inputs", "spikes=theirs.h5", *OUTPUTS)
    assert "theirs.h5: not a readable spike file (another program wrote it" in text
    assert "SONATA spikes of the populations v1" in text
    assert "lacks spikes/cortex/timestamps, neurons/offsets, populations, the attribute t_s" in text
    assert "a measure must know the area, layer and population of each neuron" in text
    assert foreign_spikes.exists() and not foreign_spikes.with_name("a").exists()


@pytest.mark.parametrize(
    ("read", "kind"), [(Spikes, "spike"), (load_network, "network"), (load, "result")]
)
def test_only_files_of_this_software_are_to_be_deleted(here, read, kind):
    path = here / "theirs.h5"
    with h5py.File(path, "w") as file:
        file["data"] = [1, 2, 3]
    with pytest.raises(InputError, match=f"not a readable {kind} file .another progr") as caught:
        read(path)
    assert "elete" not in str(caught.value)
    path.write_text("damaged")
    with pytest.raises(InputError) as caught:
        read(path)
    assert "elete" not in str(caught.value)
    record = {"inputs": {}, "outputs": {path.name: "0" * 64}}
    (here / "provenance.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match="Delete it and run the same command again"):
        read(path)
    path.unlink()
    with pytest.raises(InputError, match=rf"not a readable {kind} file \(no such file\)\.$"):
        read(path)


def test_verify_advises_to_delete_only_what_this_software_wrote(here, capsys):
    (here / "provenance.json").write_text('{"prov": "of another program"}')
    (here / "theirs.spool-1").write_text("")
    text = said(capsys, "verify", ".")
    assert "1 problem" in text and "rm -f" not in text
    (here / "parameters.json").write_text("{}")
    (here / ".spikes.spool-0").write_text("")
    assert main(["verify", "."]) == 1
    assert "rm -f .spikes.spool-0 provenance.json && make run" in capsys.readouterr().err


ANALYSE = ("analyse", "cv", "--inputs", "spikes=theirs.h5", *OUTPUTS, "--spec")
PLOT = ("plot", "population_rates", "--to", "a.png", "a.json")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((*ANALYSE, '{"cv": {}}'), "--spec: no key 'model'; expected a JSON object with model, pa"),
        ((*ANALYSE, '{"model": "human"}'), "--spec: no key 'parameters'; expected a JSON object"),
        ((*ANALYSE, "[]"), "--spec: expected a JSON object with model, parameters, got [] (list)"),
        ((*ANALYSE, '{"model": "human", "parameters": []}'), "--spec: parameters: expected a dict"),
        (
            (*ANALYSE, '{"model": "human", "parameters": {"cv": {"t_strat": 1}}}'),
            "--spec: parameters.cv.t_strat: unknown key. Did you mean 't_start'?",
        ),
        (("analyse", "cvv", "--spec", SPEC, *OUTPUTS), "unknown measure 'cvv'. Did you mean 'cv'?"),
        (("analyse", "cv", "--spec", SPEC, *OUTPUTS), "--inputs: 'cv' needs spikes=PATH"),
        (
            ("analyse", "cv", "--spec", SPEC, "--inputs", "spike=theirs.h5", *OUTPUTS),
            "--inputs: 'cv' does not read 'spike'. Did you mean 'spikes'?",
        ),
        ((*PLOT, "--spec", "{}"), "--spec: no key 'model'; expected a JSON object with model, N_s"),
        (("plot", "popularion_rates", *PLOT[2:], "--spec", "{}"), "Did you mean 'population_rate"),
        (("network", *OUTPUTS, "--spec", '{"model": "human"}'), "--spec: no key 'parameters'"),
        (
            ("simulate", "--network", "theirs.h5", *OUTPUTS, "--spec", '{"t_sim": -1}'),
            "--spec.t_sim: expected a value > 0, got -1 (int)",
        ),
        (
            ("simulate", "--network", "theirs.h5", *OUTPUTS, "--spec", "{}", "--guard", "[]"),
            "argument --guard: expected a JSON object, got '[]'",
        ),
        (("record", *OUTPUTS, "--spec", "3"), "--spec: expected a JSON object, got 3 (int)"),
    ],
)
def test_words_of_rules(foreign_spikes, capsys, words, expected):
    assert expected in said(capsys, *words)
    assert [path.name for path in foreign_spikes.parent.iterdir()] == ["theirs.h5"]


DRAWN = {**json.loads(SPEC), "N_scaling": 1.0, "K_scaling": 1.0, "t_sim": 1000.0}
PICTURE = ["--to", "a/x.png", "a/x.json"]


@pytest.mark.parametrize("text", ["a;b\n1;2\n", "area,layer\nV1,IV\n", "\n", "name,value\nx,y\n"])
def test_a_foreign_table_as_the_result_of_a_measure(here, capsys, text):
    (here / "rates.csv").write_text(text)
    words = ["plot", "population_rates", "--spec", json.dumps(DRAWN)]
    said_ = said(capsys, *words, "--inputs", "rates=rates.csv", *PICTURE)
    assert said_.startswith("error: ") and said_.count("\n") == 1
    assert "rates.csv" in said_
    assert not (here / "a").exists()


def test_a_foreign_table_given_to_a_measure(here, capsys):
    (here / "fc.csv").write_text("a,b\n1,2\n")
    inputs = [f"{name}=fc.csv" for name in measures()["communities"].needs]
    words = ["analyse", "communities", "--spec", SPEC, "--inputs", *inputs, *OUTPUTS]
    assert "the measure 'communities' cannot be computed from" in said(capsys, *words)


def test_a_foreign_record_of_a_picture(here, capsys):
    (here / "x.json").write_text("{}")
    words = ["record_pictures", "--inputs", "cv=x.json", "--to", "parameters.json"]
    assert "x.json: not a readable record" in said(capsys, *words, "provenance.json")


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (["a/x.csv"], "--to: 1 files; expected 3: *.csv, parameters.json, provenance.json"),
        ([*OUTPUTS[1:], "a/more.csv"], "--to: 4 files; expected 3"),
        (["a/x.h5", *OUTPUTS[2:]], "--to: a/x.h5: expected a name that ends with .csv"),
        (
            ["a/x.csv", "a/p.json", "a/q.json"],
            "a/p.json: expected a name that ends with parameters",
        ),
    ],
)
def test_the_files_to_write_are_counted(foreign_spikes, capsys, to, expected):
    words = ["analyse", "cv", "--spec", SPEC, "--inputs", "spikes=theirs.h5", "--to", *to]
    assert expected in said(capsys, *words)


@pytest.mark.parametrize("to", [["a/x.json"], ["a/x.png"], ["a/x.gif", "a/x.json"]])
def test_the_pictures_to_draw_are_checked(here, capsys, to):
    (here / "rates.csv").write_text("area,layer\n")
    words = ["plot", "population_rates", "--spec", json.dumps(DRAWN), "--inputs", "rates=rates.csv"]
    assert "--to: expected pictures (.png, .pdf, " in said(capsys, *words, "--to", *to)


@pytest.mark.parametrize(
    "words",
    [
        ["network", "--spec", SPEC],
        ["theory", "--network", "n.h5"],
        ["stability", "--network", "n.h5"],
        ["stabilise", "--network", "n.h5", "n.h5"],
        ["simulate", "--network", "n.h5", "--spec", "{}"],
        ["record", "--spec", "{}"],
        ["record_pictures"],
    ],
)
def test_the_files_to_write_are_counted_by_every_rule(here, capsys, words):
    assert "--to: 1 files; expected " in said(capsys, *words, "--to", "only_one.csv")
