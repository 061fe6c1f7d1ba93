"""A simulation with NEST that is stopped in the workflow: what is kept, and how it is used."""

import json
import os
import signal
import time

from faulty_project import EXPERIMENT, copy_of

from multiarea.spikes.store import Spikes

LONG = EXPERIMENT.replace(
    '"t_sim": 600.0, "master_seed": 12', '"t_sim": 60000.0, "master_seed": 13'
)
"""Of another seed: a run that is stopped at 600 ms must not have been there before."""


def stop_in_the_middle(project, number):
    """Run the simulation until three chunks are done, then send a signal; return the text."""
    master = project.start()
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        journals = list(project.folder.glob("out/*/*/.spikes.spool-journal"))
        if journals and journals[0].read_bytes().count(b"\n") > 3:
            break
        assert master.poll() is None, (project.folder / "run.log").read_text()
        time.sleep(0.02)
    os.kill(project.processes("simulate")[0], number)
    assert master.wait(timeout=300) != 0
    return (project.folder / "run.log").read_text(errors="replace")


def long_copy(undisturbed, folder):
    project = copy_of(undisturbed, folder)
    project.write_experiment("tiny", LONG)
    project.targets = project.targets_of_experiment()
    return project


def test_what_was_simulated_becomes_a_result(undisturbed, tmp_path):
    project = long_copy(undisturbed, tmp_path / "project")
    text = stop_in_the_middle(project, signal.SIGTERM)
    assert "Traceback" not in text
    (kept,) = project.folder.glob("out/*/*/spikes_stopped_at_*ms.h5")
    assert str(kept.relative_to(project.folder)) in text
    with Spikes(kept) as spikes:
        t_stop, n_spikes = spikes.t_stop, len(spikes)
    assert 0 < t_stop < 60000
    assert f'With "t_sim": {t_stop:g} in sim_params they are the result' in text
    project.write_experiment("tiny", LONG.replace('"t_sim": 60000.0', f'"t_sim": {t_stop:g}'))
    project.targets = project.targets_of_experiment()
    project.finish()
    (rates,) = [
        path for path in project.targets if path.endswith("/rates.csv") and "theory" not in path
    ]
    assert (project.folder / rates).is_file()
    (spikes_file,) = [path for path in project.targets if path.endswith("/spikes.h5")]
    record = json.loads((project.folder / spikes_file).with_name("provenance.json").read_text())
    assert record["simulation"]["taken_from"] == str(kept.relative_to(project.folder))
    assert record["simulation"]["n_spikes"] == n_spikes


def test_a_killed_one_is_recovered_by_a_command(undisturbed, tmp_path):
    project = long_copy(undisturbed, tmp_path / "project")
    before = project.multiarea("recover")
    assert (before.returncode, before.stdout.split(":")[0]) == (0, "nothing to recover")
    stop_in_the_middle(project, signal.SIGKILL)
    told = project.multiarea("verify").stderr + project.multiarea("verify").stdout
    assert "'python -m multiarea recover' keeps its spikes" in told
    done = project.multiarea("recover")
    assert done.returncode == 0, done.stderr
    (kept,) = project.folder.glob("out/*/*/spikes_stopped_at_*ms.h5")
    assert str(kept.relative_to(project.folder)) in done.stdout
    assert project.left_overs() == []
    again = project.multiarea("recover", "out")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout == "nothing to recover: no killed simulation has left spikes in out\n"
