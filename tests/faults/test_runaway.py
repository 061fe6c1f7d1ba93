"""The runaway guard in the workflow: what is kept, what is said, and how to go on."""

import pytest
from faulty_project import EXPERIMENT, copy_of

from multiarea.spikes.store import Spikes

LOW_LIMIT = EXPERIMENT.replace(
    '"master_seed": 12', '"master_seed": 12, "rate_limit": 0.001, "rate_limit_window": 100.0'
)


@pytest.mark.long
def test_a_runaway_in_the_workflow(undisturbed, tmp_path):
    project = copy_of(undisturbed, tmp_path / "project")
    spikes = next(project.folder.glob("out/*/*/spikes.h5"))
    spikes.unlink()
    project.write_experiment("tiny", LOW_LIMIT)
    assert project.targets_of_experiment() == undisturbed.targets, "no hash depends on the guard"
    status, text = project.run()
    assert status != 0
    assert "above rate_limit = 0.001 spikes/s" in text
    assert "raise sim_params.rate_limit or switch it off with None" in text
    assert "Traceback" not in text
    (kept,) = spikes.parent.glob("*.h5")
    assert kept.name.startswith("spikes_stopped_at_")
    assert str(kept.relative_to(project.folder)) in text
    with Spikes(kept) as store:
        assert kept.name == f"spikes_stopped_at_{store.t_stop:g}ms.h5"
    project.write_experiment("tiny", EXPERIMENT)
    project.finish()
    assert kept.is_file()
    kept.unlink()
    assert project.results() == undisturbed.results()
