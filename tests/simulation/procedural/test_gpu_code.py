"""The kernels as numba-cuda compiles them for cards, which needs its compiler but no card."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest

from multiarea.parameters import SimulationParameters
from multiarea.simulation.procedural.tables import make_plan

CARDS = {"A100": (8, 0), "H100": (9, 0)}


@pytest.fixture
def launches(active_network, monkeypatch):
    """Return the kernels with arguments that are not on a device."""
    dispatcher = pytest.importorskip("numba_cuda") and pytest.importorskip("numba.cuda.dispatcher")
    from numba import cuda, types

    from multiarea.simulation.procedural.gpu import arrays, launches, plan

    try:
        cuda.compile_ptx(lambda number: None, (types.int64,), cc=CARDS["A100"])
    except Exception as error:  # whatever is missing
        pytest.skip(f"no compiler for cards: pip install '.[gpu]' ({type(error).__name__})")
    network, parameters = active_network(), SimulationParameters(t_sim=10.0)
    made = make_plan(network, parameters)
    ring = plan.Ring.of(made.longest, made.slice_steps, 100)
    work = plan.Work.of(made, ring)
    no_device = SimpleNamespace(device_array=np.zeros, to_device=np.copy, stream=lambda: None)
    with monkeypatch.context() as patched:
        patched.setattr(arrays, "cuda", no_device)
        patched.setattr(launches, "cuda", no_device)
        patched.setattr(
            launches.Launches, "_configured", lambda self, function, *sizes: (function,)
        )
        patched.setattr(launches.Launches, "_n_blocks", lambda self: 1)
        V = np.zeros(int(made.units.first[-1]), np.float32)
        kernels = launches.Launches(
            made, ring, work, arrays.Arrays.of(made, ring, work, V, 0)
        ).kernels

    def compiled(card):
        device = SimpleNamespace(compute_capability=card)
        monkeypatch.setattr(dispatcher, "get_current_device", lambda: device)
        for kernel, arguments in kernels:
            kinds = tuple(cuda.dispatcher.typeof(value) for value in arguments)
            yield kernel.py_func.__name__, cuda.compile_ptx(kernel.py_func, kinds, cc=card)[0]

    return compiled


@pytest.mark.parametrize("card", list(CARDS))
def test_products_and_sums_are_rounded_by_themselves(launches, card):
    """A fused multiply-add would round once. Divisions and roots there are none."""
    codes = dict(launches(CARDS[card]))
    assert list(codes) == ["deliver", "advance", "end_slice", "write_spikes"]
    for code in codes.values():
        operations = set(re.findall(r"\b((?:fma|mad|mul|div|sqrt)\.[\w.]*f(?:32|64))\b", code))
        assert operations <= {"mul.rn.f32"}
        assert ".ftz" not in code
    assert "mul.rn.f32" in codes["advance"]
    assert re.search(r"(?:atom|red)\.global\.add\.u32", codes["deliver"])
