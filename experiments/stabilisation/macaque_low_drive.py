"""Schuecker et al. 2017: the base network, kappa = 1, with which stabilisation starts."""

model = "macaque"

net_params = {
    "connection_params": {
        "K_stable_path": None,
        "g": -16.0,
        "cc_weights_factor": 1.0,
        "cc_weights_I_factor": 1.0,
        "fac_nu_ext_5E": 1.0,
        "fac_nu_ext_6E": 1.0,
        "fac_nu_ext_TH": 1.2,
    },
    "input_params": {"rate_ext": 8.0},
}
