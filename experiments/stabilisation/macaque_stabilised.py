"""Schuecker et al. 2017, Fig. 9: the stabilised network with g = -12 and kappa = 1.125."""

model = "macaque"

net_params = {
    "connection_params": {
        "g": -12.0,
        "cc_weights_factor": 1.0,
        "cc_weights_I_factor": 1.0,
        "fac_nu_ext_5E": 1.125,
        "fac_nu_ext_6E": 10 / 3 * 1.125 - 7 / 3,
        "fac_nu_ext_TH": 1.2,
    }
}

sim_params = {"t_sim": 10500.0}
