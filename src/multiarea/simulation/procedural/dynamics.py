"""What neurons do in a step: external spikes, synaptic currents, potentials, threshold."""

from __future__ import annotations

import numpy as np
from numba import njit

from multiarea.simulation.procedural import counters, draws
from multiarea.simulation.procedural.draws import OPEN
from multiarea.simulation.procedural.layout import TARGET_BITS
from multiarea.simulation.procedural.neuron_steps import general, plain

_CHUNK = np.uint64(64)


@njit(inline="always")
def set_input(tables, scratch, unit, k0, m, step, offset):  # noqa: PLR0913
    """Set `scratch.input` of the `m` neurons of `unit` from `k0` on, at `step` of the `tables`.

    The step has the number `offset` in its slice.
    """
    at = k0 + (offset << TARGET_BITS)
    for row in range(2 if unit.is_general else 1):
        _take_sums(scratch.sum[row, at : at + m], unit.scale, scratch.input[row], m)
    for number in range(unit.drives[0], unit.drives[1]):
        drive = tables.drives[number]
        if drive.start <= step < drive.stop:
            part = counters.stream(tables.seed[0], counters.DRIVE, step)
            own, n = (drive.weights + k0, m) if drive.weights >= 0 else (0, 0)
            _add_external(
                np.float32(drive.weight),
                counters.stream_key(part, drive.number),
                np.uint64(unit.first + k0),
                m,
                tables.guides[drive.guide],
                tables.thresholds[drive.thresholds[0] : drive.thresholds[1]],
                tables.drive_weights[own : own + n],
                scratch.input[1 if unit.is_general and drive.weight < 0 else 0],
                scratch.word,
                scratch.count,
            )


@njit(nogil=True)
def _take_sums(sums, scale, into, m):
    """Turn sums of events into currents [pA], and set the sums to 0."""
    for k in range(m):
        into[k] = np.float32(sums[k]) * scale
        sums[k] = 0


@njit(nogil=True)
def _add_external(  # noqa: PLR0913
    weight, key, first, m, guide, thresholds, weights, into, word, count
):
    """Add the external spikes of a step to the input of m neurons."""
    n = np.uint64(m >> 2)
    for k in range(n):
        word[k] = counters.philox((first >> np.uint64(2)) + k, key)
    for k in range(n):
        count[k] = guide[draws.guide_index(word[k], 0)]
        count[n + k] = guide[draws.guide_index(word[k], 1)]
        count[n + n + k] = guide[draws.guide_index(word[k], 2)]
        count[n + n + n + k] = guide[draws.guide_index(word[k], 3)]
    any_count = np.int32(0)
    for k in range(m):
        any_count |= count[k]
    if any_count & OPEN:
        _look_closer(key, first, n, thresholds, word, count)
    if len(weights):
        for k in range(m):
            into[k] += weights[k] * np.float32(count[k])
    else:
        for k in range(m):
            into[k] += weight * np.float32(count[k])


@njit(nogil=True)
def _look_closer(key, first, n, thresholds, word, count):  # noqa: PLR0913
    """Set the counts that the guide table leaves open, of four times n neurons."""
    for part in range(4):
        start = np.uint64(part) * n
        for k0 in range(0, n, _CHUNK):
            end = min(k0 + _CHUNK, n)
            any_count = np.int32(0)
            for k in range(start + k0, start + end):
                any_count |= count[k]
            if any_count & OPEN:
                for k in range(k0, end):
                    entry = count[start + k]
                    if entry & OPEN:
                        rest = counters.philox(counters.REST | (first + start + k), key)
                        z = draws.number(word[k], np.uint64(part), rest)
                        count[start + k] = draws.poisson(z, thresholds, entry ^ OPEN)


@njit(nogil=True)
def inject(tables, state, unit, k0, m, step):  # noqa: PLR0913
    """Add the currents into some of the `m` neurons of `unit` from `k0` on at `step` to `state.V`.

    Those in `tables` are divided by P22, with which `update` multiplies V: they count as currents
    into all neurons do.
    """
    for number in range(unit.injections[0], unit.injections[1]):
        injection = tables.injections[number]
        if injection.start <= step < injection.stop:
            first, values = unit.first + k0, injection.values + k0
            for k in range(m):
                if state.refractory[first + k] == 0:
                    state.V[first + k] += tables.injected[values + k]


@njit(inline="always")
def update(tables, state, scratch, unit, k0, m, offset):  # noqa: PLR0913
    """Advance the `m` neurons of `unit` from `k0` on by a step; return whether any fired.

    Changes `state` and `scratch`; `tables` has parameters, `offset` is the step in its slice.
    """
    first, end = unit.first + k0, unit.first + k0 + m
    current = np.float32(scratch.current[offset])
    into, fired = scratch.input, scratch.fired
    V, refractory = state.V[first:end], state.refractory[first:end]
    if unit.is_general:
        at = unit.parameters + k0
        p = tables.parameters[:, at : at + m]
        ex, in_ = state.current[0, first:end], state.current[1, first:end]
        return _update_general(unit, current, p, V, ex, in_, refractory, into, fired, m)
    plain = state.current[0, first:end]
    return _update_plain(unit, current, V, plain, refractory, into[0], fired, m)


@njit(nogil=True)
def _update_plain(unit, drift, V, current, refractory, into, fired, m):  # noqa: PLR0913
    """Advance neurons with one current and equal parameters by a step; whether any fired."""
    P22, P11, P21, threshold, reset = unit.P22, unit.P11, unit.P21, unit.threshold, unit.reset
    n_refractory = unit.refractory
    any_fired = np.int32(0)
    for k in range(m):
        V[k], current[k], left, f = plain(
            V[k],
            current[k],
            np.int32(refractory[k]),
            into[k],
            P22,
            P11,
            P21,
            drift,
            threshold,
            reset,
            n_refractory,
        )
        refractory[k], fired[k] = np.uint8(left), np.uint8(f)
        any_fired |= f
    return any_fired


@njit(nogil=True)
def _update_general(unit, current, p, V, ex, in_, refractory, into, fired, m):  # noqa: PLR0913
    """Advance neurons with two currents and parameters of their own by a step."""
    reset, n_refractory = unit.reset, unit.refractory
    into_ex, into_in = into[0], into[1]
    any_fired = np.int32(0)
    for k in range(m):
        V[k], ex[k], in_[k], left, f = general(
            V[k],
            ex[k],
            in_[k],
            np.int32(refractory[k]),
            into_ex[k],
            into_in[k],
            p,
            k,
            current,
            reset,
            n_refractory,
        )
        refractory[k], fired[k] = np.uint8(left), np.uint8(f)
        any_fired |= f
    return any_fired


@njit(nogil=True)
def list_fired(fired, m, name, listed, n):
    """Append those of `m` neurons that `fired` to the `n` in `listed`; return the new length.

    An entry is `name` plus the number of the neuron among the `m`.
    """
    for k in range(m):
        if fired[k]:
            listed[n] = np.uint32(name + k)
            n += 1
    return n
