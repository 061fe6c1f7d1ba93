"""Two simulations into one folder at once, and an experiment that is edited during a run."""

import json
import time

import pytest
from faulty_project import EXPERIMENT, copy_of, kill


@pytest.mark.long
def test_a_simulation_waits_for_one_that_outlived_its_workflow(undisturbed, tmp_path):
    """Two processes that simulate into one folder do not mix their spikes."""
    project = copy_of(undisturbed, tmp_path / "project")
    command, _ = project.commands["simulate"]
    next(project.folder.glob("out/*/*/spikes.h5")).unlink()
    processes = [project.start_shell(command) for _ in range(2)]
    texts = [process.communicate(timeout=300)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], texts
    assert project.results() == undisturbed.results()
    assert project.left_overs() == []


@pytest.mark.long
def test_three_simulations_at_once_of_which_one_is_killed(undisturbed, tmp_path):
    project = copy_of(undisturbed, tmp_path / "project")
    command, _ = project.commands["simulate"]
    for pause in (0.5, 1.5, 3.0):
        processes = [project.start_shell(command) for _ in range(3)]
        time.sleep(pause)
        kill(processes[0].pid)
        texts = [process.communicate(timeout=300)[0] for process in processes]
        assert [process.returncode for process in processes[1:]] == [0, 0], texts
        assert project.results() == undisturbed.results()
        assert project.left_overs() == []


@pytest.mark.long
@pytest.mark.parametrize("stage", ["network", "simulate", "analyse"])
def test_an_experiment_edited_during_a_run(undisturbed, tmp_path, stage):
    """What runs belongs to the parameters it began with; the same command makes the new results."""
    project = copy_of(undisturbed, tmp_path / "project")
    made = sorted(project.folder.glob("out/**/*.h5"))
    assert len(made) > 2
    for path in made:
        path.unlink()
    master = project.start()
    assert project.wait_for(stage, master)
    edited = EXPERIMENT.replace('"master_seed": 12', '"master_seed": 13')
    (project.folder / "experiments" / "tiny.py").write_text(edited)
    status = master.wait(timeout=600)
    text = (project.folder / "run.log").read_text()
    assert status == 0 or "was an experiment file edited while its jobs were running?" in text
    assert "Traceback" not in text
    assert project.results().items() <= undisturbed.results().items(), "the old seed's results"
    project.targets = project.targets_of_experiment()
    project.finish()
    seeds = {
        json.loads(path.read_text())["master_seed"]
        for path in project.folder.glob("out/*/*/parameters.json")
        if (path.parent / "spikes.h5").is_file()
    }
    assert 13 in seeds
    new = {path: sum_ for path, sum_ in project.results().items() if path.endswith("spikes.h5")}
    old = {path: sum_ for path, sum_ in undisturbed.results().items() if path.endswith("spikes.h5")}
    assert len(set(new.values()) - set(old.values())) == 1
    assert all(new[path] == old[path] for path in new.keys() & old.keys())
