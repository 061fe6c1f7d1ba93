"""Lognormal thresholds, capacitances and time constants, full scale; with NEST on a cluster."""


def _spread(V_th, C_m, tau_m):
    return {
        name: {"distribution": "lognormal", "rel_sd": rel_sd}
        for name, rel_sd in (("V_th", V_th), ("C_m", C_m), ("tau_m", tau_m))
    }


net_params = {
    "neuron_param_dist_E": _spread(0.21, 0.22, 0.55),
    "neuron_param_dist_I": _spread(0.22, 0.34, 0.43),
}

sim_params = {"t_sim": 12500.0, "master_seed": 2106}

sweep = {"chi": [0.0, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75, 3.0, 4.0]}
