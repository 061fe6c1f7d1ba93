"""The kernels of the GPU against the engine on the CPU: `test_gpu.py` runs this file.

It is run in numba-cuda's simulator (NUMBA_ENABLE_CUDASIM=1), in which a neuron takes 0.1 ms for a
step, or on a card.
"""

from __future__ import annotations

import dataclasses
import sys
import threading

import h5py
import numpy as np
import pytest

from multiarea.errors import InputError
from multiarea.estimate.costs import Workload
from multiarea.estimate.procedural import sizes_on_gpu
from multiarea.network.stimuli import (
    CurrentInput,
    PoissonInput,
    SourceInput,
    SourceProjection,
    SpikeInput,
)
from multiarea.parameters import SimulationParameters
from multiarea.simulation import simulate
from multiarea.simulation.procedural import units
from multiarea.simulation.procedural.checkpoint import Header, read_checkpoint, write_checkpoint
from multiarea.simulation.procedural.engine import Engine
from multiarea.simulation.procedural.gpu import sizes
from multiarea.simulation.procedural.gpu.arrays import sizes_of
from multiarea.simulation.procedural.gpu.engine import GpuEngine
from multiarea.simulation.procedural.gpu.functions import IS_SIMULATED
from multiarea.simulation.procedural.gpu.plan import Ring
from multiarea.simulation.procedural.tables import make_plan

A_E, A_I, B_E = ("A", "IV", "E"), ("A", "IV", "I"), ("B", "V", "E")
START = {"V0_mean": -50.5, "V0_sd": 4.0, "t_ref": 1.0}
SPREAD = dict.fromkeys(("C_m_rel_sd", "tau_m_rel_sd", "V_th_rel_sd"), 0.1)
FAR = {"delay": np.array([[1.0, 0.8, 3.0], [1.0, 0.8, 3.0], [3.0, 3.0, 1.0]])}
STIMULI = {
    "extra_inputs": (
        CurrentInput(A_E, [0.0, 2.0, 3.1], [100.0, -60.0, 400.0]),
        PoissonInput(B_E, 9000.0, 90.0, 0.1),
        PoissonInput(A_E, 3000.0, -40.0, 0.5),
        SpikeInput(B_E, (1.2, 1.3, 4.0), 900.0, 1.5, 5),
        SpikeInput(A_I, (2.0,), -500.0, 0.1, 3),
        SourceInput(20, 3000.0, ((1.0, 3.0),), (SourceProjection(A_E, 300, 80.0, 8.0, 1.0, 0.5),)),
    )
}
VOLTMETER = {"rec_dev": ("spike_recorder", "voltmeter"), "rec_V_int": 0.2, "rec_V_start": 0.4}
#: Columns of the populations, other parts of the network, parameters of the simulation, slots.
CASES = {
    "plain": ({}, {}, {}, None),
    "coarse slices": ({}, FAR, {"delay_min": 0.3}, None),
    "short ring": ({}, FAR, {}, 24),
    "short ring, coarse slices": ({}, FAR, {"delay_min": 0.3}, 24),
    "two currents": ({"tau_syn_in": 1.3, "weight_ext_sd": 20.0}, FAR, {}, 40),
    "parameters of their own": (SPREAD, {}, {}, None),
    "stimuli and potentials": ({}, STIMULI, VOLTMETER, None),
    "stimuli, two currents": ({"tau_syn_in": 1.3, "rate_ext": 0.5}, STIMULI, {}, None),
    "some recorded": ({}, {}, {"areas_recorded": ("B",), "rec_start": 1.0}, None),
}
T = 40


def share_arrays():
    """Let all threads of the simulator have the same shared array.

    Two that come to the line at once may otherwise each get their own (numba-cuda 0.30).
    """
    from numba.cuda.np.numpy_support import as_dtype
    from numba.cuda.simulator.kernelapi import FakeCUDAShared

    lock = threading.Lock()

    def array(self, shape, dtype):
        frame = sys._getframe(1)
        with lock:
            place = frame.f_code, frame.f_lineno
            if place not in self._allocations:
                self._allocations[place] = np.empty(shape, as_dtype(dtype))
            return self._allocations[place]

    FakeCUDAShared.array = array


if IS_SIMULATED:
    sys.setswitchinterval(1e-5)  # the simulator waits for its threads in a loop
    share_arrays()


def built(active_network, columns, changes):
    network = active_network(**changes)
    return network.replace(populations=network.populations.assign(**{**START, **columns}))


def parameters_of(options):
    return SimulationParameters(**{"t_sim": 10.0, "master_seed": 3, **options})


def both(network, parameters, most_slots=None):
    plan = make_plan(network, parameters)
    return Engine(plan, network, parameters, 1, 1 << 12), GpuEngine(
        plan, network, parameters, most_slots
    )


def assert_same_state(cpu, gpu):
    """Potentials, currents and refractory steps of all neurons, bit by bit."""
    assert cpu.step == gpu.step
    for unit in cpu.plan.tables.units:
        some = slice(int(unit["first"]), int(unit["first"] + unit["size"]))
        for own, other in (("V", "V"), ("current", "currents"), ("refractory", "refractory")):
            found = getattr(gpu.arrays, other).copy_to_host()[..., some]
            assert np.array_equal(getattr(cpu.state, own)[..., some], found), own


def assert_same_activity(one, other):
    for field in dataclasses.fields(one):
        assert np.array_equal(getattr(one, field.name), getattr(other, field.name)), field.name


@pytest.mark.parametrize("case", list(CASES))
def test_same_spikes_and_state(active_network, case):
    """Recorded spikes in the same order, too."""
    columns, changes, options, slots = CASES[case]
    network, parameters = built(active_network, columns, changes), parameters_of(options)
    network = network.replace(
        rules=dataclasses.replace(network.rules, p_transmit=0.8 if case == "plain" else 1.0)
    )
    cpu, gpu = both(network, parameters, slots)
    assert (gpu.ring.n_turns > 1) == (slots is not None)
    n_spikes = 0
    for stop in (2, T):
        expected, found = cpu.advance(stop), gpu.advance(stop)
        assert_same_activity(expected, found)
        assert np.array_equal(cpu.sampled_steps, gpu.sampled_steps)
        assert_same_state(cpu, gpu)
        n_spikes += len(found.nodes)
    assert n_spikes > (5 if case == "some recorded" else 40)


def test_units_of_several_blocks(active_network, monkeypatch):
    """One unit of 530 neurons takes two blocks: 512, and 18 that are filled up to 32."""
    monkeypatch.setattr(units, "SMALLEST", 1 << 10)
    sizes = [530, 40, 20]
    columns = {"n_neurons": sizes, "n_synapses_external": [1000 * n for n in sizes]}
    network = built(active_network, columns, {}).replace(synapses=np.full((3, 3), 20_000.0))
    cpu, gpu = both(network, parameters_of({"delay_min": 0.3}))
    assert len(cpu.plan.units) == 3 and cpu.plan.slice_steps == 4
    expected, found = cpu.advance(8), gpu.advance(8)
    assert_same_activity(expected, found)
    assert_same_state(cpu, gpu)
    assert found.nodes.min() < 512 < found.nodes.max()


@pytest.mark.parametrize("slots", [(None, None), (24, None), (24, 30)])
def test_a_restored_state_goes_on_as_before(active_network, slots):
    """On a ring of another length, too: what is on its way is drawn again."""
    network, parameters = built(active_network, {}, FAR), parameters_of({})
    cpu, gpu = both(network, parameters, slots[0])
    for engine in (cpu, gpu):
        engine.advance(26)
    other = GpuEngine(gpu.plan, network, parameters, slots[1])
    other.restore(gpu.saved())
    assert other.step == 26
    assert_same_activity(cpu.advance(44), other.advance(44))
    assert_same_state(cpu, other)


def test_a_call_ends_early_with_many_spikes(active_network, monkeypatch):
    monkeypatch.setattr("multiarea.simulation.procedural.gpu.launches.OUT", 20)
    cpu, gpu = both(built(active_network, {}, {}), parameters_of({}))
    found = gpu.advance(10)
    assert 20 < len(found.nodes) and gpu.step < 10
    assert_same_activity(cpu.advance(gpu.step), found)
    assert_same_activity(cpu.advance(10), gpu.advance(10))


def test_more_spikes_than_can_be_kept(active_network, monkeypatch):
    monkeypatch.setattr(sizes, "MOST_SPIKES", 1)
    network = built(active_network, {"i_dc": 30_000.0, "t_ref": 0.1}, {})
    with pytest.raises(InputError, match="not enough memory on the GPU"):
        both(network, parameters_of({}))[1].advance(T)


def test_sums_that_could_overflow(network):
    """160 000 synapses onto one neuron: a single slice could deliver 5.2e9 > 2^31."""
    number, weight = np.zeros((3, 3)), np.full((3, 3), 90.0)
    number[1, 0] = 160_000
    built = network({"n_neurons": [4, 1, 1]}, synapses=number, weight=weight)
    with pytest.raises(InputError, match="65 000 times"):
        both(built, parameters_of({}))


@pytest.mark.parametrize("tau_syn_in", [0.5, 1.3])
def test_memory_is_what_is_stated(active_network, tau_syn_in):
    """By `estimate`, before a plan is made; but for tables of some kB."""
    network, parameters = built(active_network, {"tau_syn_in": tau_syn_in}, FAR), parameters_of({})
    gpu = both(network, parameters, 40)[1]
    workload = Workload(network, parameters, np.zeros(len(network)))
    stated = dataclasses.replace(sizes_on_gpu(workload), tables=0.0)
    assert stated == dataclasses.replace(sizes_of(gpu.plan), tables=0.0)
    found = sum(getattr(gpu.arrays, one.name).nbytes for one in dataclasses.fields(gpu.arrays))
    assert gpu.arrays.ring.nbytes == 40 * stated.slot
    assert found == pytest.approx(sizes_of(gpu.plan).beside + gpu.arrays.ring.nbytes, rel=0.02)


@pytest.mark.parametrize("length", [1, 2, 4])
@pytest.mark.parametrize("most", [8, 13, 50, 64, 127, 1000])
def test_each_delay_belongs_to_one_turn_in_time(length, most):
    """Drawn when the ring has room for it, and neither too late nor twice."""
    longest = 300
    slots = sizes.Sizes(1, 1, longest, length, 0.0).slots(most)
    ring = Ring.of(longest, length, slots)
    assert ring.turn % length == 0 and slots <= longest + length
    windows = [ring.window(number) for number in range(ring.n_turns)]
    assert windows[0][0] == 0 and windows[-1][1] > longest - 1
    assert all(one[1] == next_[0] for one, next_ in zip(windows, windows[1:], strict=False))
    for number, (low, high) in enumerate(windows):
        for offset in range(length):  # of the spike in the slice before, moved by the turns
            last = length - 1  # step before the slice, counted from the slice before
            due = [offset - number * ring.turn + steps for steps in (low, high - 1)]
            assert due[0] > last or number == 0
            assert due[1] - last < ring.n_slots


def run(network, folder, **options):
    """Simulate into a folder as the rule does; return the report and the spikes."""
    folder.mkdir(parents=True)
    parameters = parameters_of({"simulator": "procedural", **options.pop("changes", {})})
    path = folder / "spikes.h5"
    report = simulate(network, parameters, virtual_processes=1, spikes_path=path, **options)
    with h5py.File(path) as file:
        found = file["spikes/cortex"]
        return report, found["timestamps"][()], found["node_ids"][()]


def test_the_rule_writes_the_same_spikes_and_goes_on(active_network, tmp_path):
    """From the end of a shorter run on a GPU, not from that of one on the CPU."""
    network = built(active_network, {}, {})
    _, *expected = run(network, tmp_path / "a" / "cpu", changes={"t_sim": 3.0})
    run(network, tmp_path / "b" / "cpu", changes={"t_sim": 1.6})
    report, *_ = run(network, tmp_path / "b" / "1", changes={"t_sim": 2.0}, device="gpu")
    assert report.continued_from == 0.0 and report.device not in ("", "cpu")
    report, *found = run(network, tmp_path / "b" / "2", changes={"t_sim": 3.0}, device="gpu")
    assert report.continued_from == 2.0
    assert len(found[0]) > 40 and all(map(np.array_equal, expected, found))
    report, *_ = run(network, tmp_path / "b" / "3", changes={"t_sim": 3.1})
    assert report.continued_from == 1.6 and report.device == "cpu"


def test_a_checkpoint_of_the_other_device_is_refused(active_network, tmp_path):
    network, parameters = built(active_network, {}, {}), parameters_of({})
    for engine, other in (both(network, parameters), both(network, parameters)[::-1]):
        path = tmp_path / f"{engine.device}.checkpoint"
        write_checkpoint(path, engine, Header("x", 0, False, 10.0, (), {}, {}))
        read_checkpoint(path, engine)
        with pytest.raises(InputError, match=f"made with device: {engine.device}"):
            read_checkpoint(path, other)
