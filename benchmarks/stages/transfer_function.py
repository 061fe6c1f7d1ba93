"""How rates follow a modulated input, in all populations at full scale, against nnmt."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from harness import OURS, Case
from nnmt.lif.exp import _transfer_function_shift

from multiarea.theory import mean_field, stationary_rates, working_point
from multiarea.theory.linear_response import transfer_function
from stages.theory import full_scale

TITLE = "transfer function, chi = 1, full scale"
FREQUENCIES = np.geomspace(1, 300, 5)


def ours(case: Case) -> Callable[[], None]:
    network, start = full_scale(1.0)
    rates, field = stationary_rates(network, start).rates, mean_field(network)

    def work() -> None:
        transfer_function(field, rates, FREQUENCIES)

    return work


def with_nnmt(case: Case) -> Callable[[], None]:
    network, start = full_scale(1.0)
    field = mean_field(network)
    mu, sigma, tau_syn = working_point(network, stationary_rates(network, start).rates)
    tau_m, tau_s, tau_r = 1e-3 * field.tau_m, 1e-3 * float(tau_syn[0]), 1e-3 * field.t_ref

    def work() -> None:
        _transfer_function_shift(
            1e-3 * mu,
            1e-3 * sigma,
            tau_m,
            tau_s,
            tau_r,
            1e-3 * field.V_th,
            1e-3 * field.V_reset,
            2 * np.pi * FREQUENCIES,
            synaptic_filter=False,
        )

    return work


SIDES = {OURS: ours, "nnmt": with_nnmt}
