"""What must not change a spike: threads, interruptions, recording, the state of the memory."""

from __future__ import annotations

import numpy as np
import pytest

from multiarea.errors import InputError
from multiarea.parameters import SimulationParameters
from multiarea.simulation.procedural import layout, pages
from multiarea.simulation.procedural.engine import Engine
from multiarea.simulation.procedural.tables import make_plan

STEPS = 2000
SIMULATION = SimulationParameters(t_sim=200.0, master_seed=3, delay_min=0.3)


@pytest.fixture
def net(active_network):
    """Six units, with delays near and far: beyond 64 slices, 25.6 ms, events wait in spans."""
    built = active_network(delay=np.array([[1.5, 0.8, 30], [1.5, 0.8, 30], [30, 30, 1.5]]))
    sizes = [700, 200, 500]
    columns = {"n_neurons": sizes, "n_synapses_external": [1000 * n for n in sizes]}
    return built.replace(
        populations=built.populations.assign(**columns, t_ref=1.0),
        synapses=built.synapses * 20,
        weight=built.weight * 0.7,
        delay_sd=np.asarray(built.delay) * 0.5,
    )


def simulate(net, parameters=SIMULATION, n_threads=1, stops=(STEPS,), between=None):
    """Return the spikes (step, neuron) in order, and the engine."""
    engine = Engine(make_plan(net, parameters, n_threads), net, parameters, n_threads, 1 << 13)
    parts = []
    for stop in stops:
        done = engine.advance(stop)
        parts.append(np.stack([done.steps, done.nodes]))
        if between:
            between(engine.state)
    return np.concatenate(parts, axis=1).T.astype(int), engine


def same(one, other):
    """Whether spikes and, bit by bit, potentials and currents are equal."""
    (spikes, engine), (spikes_2, engine_2) = one, other
    names = ("V", "current", "refractory", "step")
    states = [[getattr(e.state, name) for name in names] for e in (engine, engine_2)]
    return np.array_equal(spikes, spikes_2) and all(map(np.array_equal, *states))


def test_threads_change_nothing(net):
    base = simulate(net)
    plan = base[1].plan
    assert len(plan.units) == 6 and plan.slice_steps == 4
    assert plan.longest > layout.NEAR * 4
    assert 2000 < len(base[0]) < 50_000
    steps, nodes = base[0].T
    assert np.all(np.diff((steps - 1) // 4) >= 0) and nodes.max() > 900
    assert same(base, simulate(net, n_threads=2))
    assert same(base, simulate(net, n_threads=3))


def test_interruptions_change_nothing(net):
    """A call ends with the slice of 4 steps in which `stop` lies."""
    base = simulate(net)
    assert same(base, simulate(net, stops=range(4, STEPS + 1, 4)))
    assert same(base, simulate(net, n_threads=2, stops=(1, 2, 7, 333, 900, 1501, STEPS)))
    engine = Engine(base[1].plan, net, SIMULATION, 1, 1 << 13)
    engine.advance(5)
    assert engine.step == 8


def test_recording_changes_nothing(net):
    """Spikes of area B (neurons 900 on) with stamps later than 50 ms, and all else as before."""
    spikes, engine = simulate(net)
    options = {"areas_recorded": ("B",), "rec_start": 50.0}
    some, engine_2 = simulate(net, SIMULATION.model_copy(update=options))
    expected = spikes[(spikes[:, 1] >= 900) & (spikes[:, 0] > 500)]
    assert 100 < len(some) < len(spikes) / 2
    assert same((expected, engine), (some, engine_2))


def test_compacting_the_pool_changes_nothing(net):
    """After 60 ms of a run in which pages were freed before others that hold events."""
    found = []

    def compact(state):
        before = (
            pages.n_used(state),
            int(state.shared[layout.FREE]),
            int(state.shared[layout.FRESH]),
        )
        pages.compact(state)
        found.append((before, int(state.shared[layout.FRESH])))
        assert state.shared[layout.FREE] == 0 and pages.n_used(state) == before[0]

    compacted = simulate(net, n_threads=2, stops=(600, 1200, STEPS), between=compact)
    for (used, free, fresh), fresh_after in found:
        assert used > 100 and free > 50
        assert fresh_after == used + 1 < fresh
    assert same(simulate(net), compacted)


def test_seeds_give_different_spikes(net):
    """Chance: of n spikes, n x (share of the neurons that fire in a step) are in common."""
    one, other = (
        {tuple(s) for s in simulate(net, SIMULATION.model_copy(update={"master_seed": seed}))[0]}
        for seed in (3, 4)
    )
    assert len(one) == pytest.approx(len(other), rel=0.1)
    by_chance = len(one) * len(other) / (1400 * STEPS)
    assert len(one & other) < 5 * by_chance


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("n_pages", [1, 20])
def test_too_little_memory(net, n_threads, n_pages):
    """Six units with dozens of lists need a page for each: 20 pages do not suffice."""
    engine = Engine(make_plan(net, SIMULATION), net, SIMULATION, n_threads, n_pages)
    with pytest.raises(InputError, match="not enough memory"):
        engine.advance(STEPS)


def test_sums_that_overflow(network):
    """4 spikes x 40 000 synapses x 32 767, at once on one neuron: 5.2e9 > 2^31."""
    number, weight = np.zeros((3, 3)), np.full((3, 3), 90.0)
    number[1, 0] = 160_000
    columns = {"n_neurons": [4, 1, 1], "i_dc": [2000.0, 0.0, 0.0]}
    built = network(columns, synapses=number, weight=weight)
    parameters = SIMULATION.model_copy(update={"V0_mean": -65.0, "V0_sd": 0.0})
    engine = Engine(make_plan(built, parameters), built, parameters, 1, 1 << 13)
    with pytest.raises(InputError, match="exceeded"):
        engine.advance(STEPS)
