"""What the procedural simulator cannot do: one message before anything runs."""

from __future__ import annotations

import dataclasses

import numpy as np
import psutil
import pytest

from multiarea.cluster import Job, job_problem
from multiarea.errors import InputError
from multiarea.network.stimuli import SpikeInput
from multiarea.parameters import SimulationParameters
from multiarea.simulation import simulate
from multiarea.simulation.procedural.stage import usable_threads

PROCEDURAL = SimulationParameters(simulator="procedural", t_sim=10.0)
A_E = ("A", "IV", "E")


def weights(smallest):
    matrix = np.full((3, 3), 90.0)
    matrix[2, 0] = smallest
    return {"weight": matrix, "synapses": np.full((3, 3), 100)}


@pytest.mark.parametrize(
    ("columns", "changes", "options", "words"),
    [
        (
            {"neuron_model": "mat2_psc_exp"},
            {},
            {},
            ("A|IV|E: neuron model 'mat2_psc_exp'", "'iaf_psc_exp'", "'nest'"),
        ),
        (
            {},
            {},
            {"connection_rule": "fixed_indegree"},
            ("sim_params['connection_rule'] = 'fixed_indegree'", "'fixed_total_number'"),
        ),
        (
            {},
            weights(0.01),
            {},
            ("A|IV|E -> B|V|E, 0.01 pA, is too small", "the largest one", "1/127", "'nest'"),
        ),
        ({"n_neurons": [40, 0, 30]}, {}, {}, ("A|IV|I: no neurons", "at least one")),
        (
            {},
            {"weight_sd": np.ones((3, 3)), "synapses": np.full((3, 3), 100)},
            {},
            ("a projection to A|IV|E has the mean weight 0 and a spread", "'nest'"),
        ),
        (
            {"rate_ext": 2e7, "n_synapses_external": 40, "weight_ext": 1.0},
            {},
            {},
            ("A|IV|E: 2000 external spikes", "at most 1000", "sim_resolution"),
        ),
        ({"t_ref": 30.0}, {}, {}, ("t_ref = 30 ms is 300 steps", "at most 255", "coarser")),
        (
            {},
            {"delay": np.full((3, 3), 20.0), "synapses": np.full((3, 3), 100)},
            {"sim_resolution": 1e-6},
            ("sim_params['sim_resolution'] = 1e-06 ms", "delays of 20 ms", "'delay_max'"),
        ),
        (
            {},
            {"extra_inputs": (SpikeInput(A_E, (0.05,), 90.0),)},
            {},
            ("the spike at 0.05 ms into A|IV|E", "before the first time step"),
        ),
    ],
)
def test_refused(network, tmp_path, columns, changes, options, words):  # noqa: PLR0913
    parameters = PROCEDURAL.model_copy(update=options)
    with pytest.raises(InputError) as caught:
        simulate(
            network(columns, **changes),
            parameters,
            virtual_processes=1,
            spikes_path=tmp_path / "spikes.h5",
        )
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message
    assert list(tmp_path.iterdir()) == []


def test_threads(caplog):
    """More threads than cores would wait for each other: as many as there are cores are taken."""
    with pytest.raises(InputError, match="0 threads: expected at least 1"):
        usable_threads(0)
    assert usable_threads(1) == 1
    assert 1 <= usable_threads(10_000) < 10_000
    assert "10000 threads were asked for" in caplog.text


def test_memory_is_asked_for_before_it_is_taken(network, tmp_path, monkeypatch):
    """80 neurons of 40 bytes, and 2 bytes for each of them in three units."""
    memory = psutil.virtual_memory()._replace(available=3000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    built = network(synapses=np.full((3, 3), 100))
    with pytest.raises(InputError, match="needs .* GB before any spike, and 3e-06 GB are free"):
        simulate(built, PROCEDURAL, virtual_processes=1, spikes_path=tmp_path / "spikes.h5")


def test_one_task_on_a_cluster():
    job = Job(nodes=2, tasks=4, cpus_per_task=8)
    problem = job_problem(PROCEDURAL, job, "cluster.json")
    assert "one machine" in problem and "ntasks = 4" in problem and "cluster.json" in problem
    assert job_problem(PROCEDURAL, dataclasses.replace(job, nodes=1, tasks=1), "c.json") is None


def test_identity_has_the_simulator_only_where_it_is_not_nest():
    """Hashes of existing experiments stay; threads are no part of the engine's."""
    plain = SimulationParameters(virtual_processes=4)
    nest = plain.model_copy(update={"simulator": "nest"})
    assert plain.identity == nest.identity
    assert "simulator" not in nest.identity and nest.identity["virtual_processes"] == 4
    procedural = plain.model_copy(update={"simulator": "procedural"}).identity
    assert procedural["simulator"] == "procedural" and "virtual_processes" not in procedural
