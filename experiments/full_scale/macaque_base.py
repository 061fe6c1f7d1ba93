"""The macaque model without stabilisation (Schmidt et al. 2018a), full scale (NEST: a cluster)."""

model = "macaque"

net_params = {
    "connection_params": {
        "K_stable_path": None,
        "g": -16.0,
        "cc_weights_factor": 1.0,
        "cc_weights_I_factor": 1.0,
        "fac_nu_ext_5E": 1.0,
        "fac_nu_ext_6E": 1.0,
        "fac_nu_ext_TH": 1.0,
    }
}

sim_params = {"t_sim": 10500.0}
