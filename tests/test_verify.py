"""Every kind of damage that `verify` finds, in folders made by hand."""

import hashlib
import json
import os
import shlex
import shutil
import subprocess

import pytest

from multiarea.cli import main
from multiarea.cli.verify import verify_folders
from multiarea.errors import InputError
from multiarea.files.atomic import atomic_path
from multiarea.files.provenance import Provenance

CONTENT = {"network.h5": b"\x00network", "parameters.json": b"{}\n"}


@pytest.fixture
def out(tmp_path, monkeypatch):
    """Two result folders; the second one's input is a result of the first one."""
    monkeypatch.chdir(tmp_path)
    for name in ("Snakefile", "experimental_data"):
        (tmp_path / name).touch()
    (tmp_path / "config.yaml").write_text("experiments: []\n")
    out = tmp_path / "out"
    write(out / "net", CONTENT, {})
    network = hashlib.sha256(CONTENT["network.h5"]).hexdigest()
    write(out / "net/sim", {"spikes.h5": b"spikes"}, {"out/net/network.h5": network})
    return out


def write(folder, files, inputs):
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    outputs = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    record = {"inputs": inputs, "outputs": outputs}
    (folder / "provenance.json").write_text(json.dumps(record))


def kinds(out):
    return [problem.kind for problem in verify_folders([out]).problems]


def test_what_is_as_recorded(out, capsys):
    (out / "net/sim/logs").mkdir()
    (out / "net/sim/logs/simulate.log").write_text("no result")
    (out / "net/sim/spikes_stopped_at_120ms.h5").write_text("no result either")
    assert main(["verify", str(out)]) == 0
    text = capsys.readouterr()
    assert text.out == "2 result folders, 3 files: all are as their records say\n"
    assert text.err == ""


def test_nothing_to_recover_is_no_mistake(out, capsys):
    assert main(["recover"]) == 0
    said = "nothing to recover: no killed simulation has left spikes in out\n"
    assert capsys.readouterr() == (said, "")
    shutil.rmtree(out)
    assert main(["recover"]) == 0
    assert capsys.readouterr() == (said, "")
    assert main(["recover", "oud"]) == 1
    assert capsys.readouterr().err == "error: recover: oud is not a folder\n"


@pytest.mark.parametrize("damage", [b"", b"spike", b"spikez", b"spikes\n", b"\x73piKes"])
def test_changed(out, damage):
    (out / "net/sim/spikes.h5").write_bytes(damage)
    (problem,) = verify_folders([out]).problems
    assert str(problem) == (
        f"changed     {out}/net/sim/spikes.h5: not the content recorded in provenance.json"
    )


def test_missing(out):
    (out / "net/parameters.json").unlink()
    assert kinds(out) == ["missing"]


def test_outdated_where_an_input_was_made_again(out):
    record = json.loads((out / "net/provenance.json").read_text())
    (out / "net/network.h5").write_bytes(b"another network")
    record["outputs"]["network.h5"] = hashlib.sha256(b"another network").hexdigest()
    (out / "net/provenance.json").write_text(json.dumps(record))
    (problem,) = verify_folders([out]).problems
    assert str(problem) == f"outdated    {out}/net/sim: made from another out/net/network.h5"
    assert problem.delete == (out / "net/sim/spikes.h5",)


def test_a_damaged_input_does_not_make_what_rests_on_it_outdated(out):
    (out / "net/network.h5").write_bytes(b"damaged")
    assert kinds(out) == ["changed"]


def test_an_edited_input_without_a_record_does(out):
    table = out.parent / "experimental_data"
    record = json.loads((out / "net/provenance.json").read_text())
    record["inputs"] = {"experimental_data": hashlib.sha256(b"old").hexdigest()}
    (out / "net/provenance.json").write_text(json.dumps(record))
    table.write_bytes(b"old")
    assert kinds(out) == []
    table.write_bytes(b"new")
    assert kinds(out) == ["outdated"]


def test_inputs_that_are_elsewhere_do_not_count(out):
    out.rename(out.with_name("moved"))
    assert kinds(out.with_name("moved")) == []


def test_unfinished(out):
    for name in (".spikes.host-12.abc.unfinished.h5", ".spikes.spool-0", "rates.csv.unfinished"):
        (out / "net/sim" / name).touch()
    assert kinds(out) == ["unfinished"] * 3


@pytest.mark.parametrize(
    ("told_by", "how"),
    [(".spikes.spool-journal", "python -m multiarea recover"), (".spikes.checkpoint", "continues")],
)
def test_a_simulation_that_can_be_kept_or_continued_is_not_deleted(out, told_by, how):
    for name in (".spikes.spool-0", ".membrane_potentials.spool-0", told_by):
        (out / "net/sim" / name).touch()
    findings = verify_folders([out])
    (problem,) = findings.problems
    assert (problem.kind, problem.path, problem.delete) == ("unfinished", out / "net/sim", ())
    assert how in problem.meaning
    assert "rm" not in findings.summary


def test_the_checkpoint_of_a_finished_run_is_no_problem(out):
    (out / "net/sim/.spikes.checkpoint").touch()
    assert kinds(out) == []


def test_a_file_that_is_being_written_is_unfinished(out):
    with atomic_path(out / "net/sim/cv.csv"):
        assert kinds(out) == ["unfinished"]


def test_unrecorded(out):
    (out / "net/sim/provenance.json").unlink()
    (problem,) = verify_folders([out]).problems
    assert str(problem).endswith("net/sim: spikes.h5 without provenance.json")


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"inputs": {}, "outputs"',
        '{"inputs": {}}',
        "[]",
        '{"inputs": {}, "outputs": ["spikes.h5"]}',
        '{"inputs": {}, "outputs": {"../net/network.h5": "0"}}',
        "\udcff",
        "[" * 100_000,
    ],
)
def test_damaged_records(out, text):
    (out / "net/sim/provenance.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert kinds(out) == ["damaged"]


def test_the_command_it_names_removes_all_that_is_wrong(out, capsys):
    (out / "net/sim/spikes.h5").write_bytes(b"damaged")
    (out / "net/.network.host-12.abc.unfinished.h5").touch()
    assert main(["verify"]) == 1
    text = capsys.readouterr()
    assert len(text.out.splitlines()) == 2
    summary = "error: 2 result folders, 3 files: 2 problems. To repair, while no run is going on: "
    assert text.err.startswith(summary)
    command, make = text.err.removeprefix(summary).split(" && ")
    assert make == "make run\n"
    subprocess.run(shlex.split(command), check=True)
    assert kinds(out) == ["missing"], "the next run makes it again"


@pytest.mark.parametrize(
    ("folder", "expected"), [("nowhere", "is not a folder"), ("experiments", "no result")]
)
def test_nothing_to_verify(out, folder, expected):
    (out.parent / "experiments").mkdir()
    with pytest.raises(InputError, match=expected):
        verify_folders([out.parent / folder])


def test_a_stage_refuses_a_damaged_input(out):
    Provenance("simulate", [out / "net/network.h5"])
    (out / "net/network.h5").write_bytes(b"\x01network")
    with pytest.raises(
        InputError, match="network.h5: changed or damaged since it was made: .*Delete it and run"
    ):
        Provenance("simulate", [out / "net/network.h5"])


def test_temporary_files_of_killed_processes_are_removed_by_the_next_one(tmp_path):
    finished = subprocess.Popen(["true"])
    finished.wait()
    host = os.uname().nodename
    abandoned = tmp_path / f".rates.{host}-{finished.pid}.abc.unfinished.csv"
    others = (
        ".rates.other-1.abc.unfinished.csv",
        f".rates.{host}-{os.getpid()}.abc.unfinished.csv",
    )
    others += (f".cv.{host}-{finished.pid}.abc.unfinished.csv",)
    for name in (abandoned.name, *others):
        (tmp_path / name).touch()
    with atomic_path(tmp_path / "rates.csv") as temporary:
        temporary.write_text("complete")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*others, "rates.csv"])
