"""Schuecker et al. 2017: kappa = 1.2, the drive that the network is stabilised for."""

model = "macaque"

net_params = {
    "connection_params": {
        "K_stable_path": None,
        "g": -16.0,
        "cc_weights_factor": 1.0,
        "cc_weights_I_factor": 1.0,
        "fac_nu_ext_5E": 1.2,
        "fac_nu_ext_6E": 5 / 3,
        "fac_nu_ext_TH": 1.2,
    },
    "input_params": {"rate_ext": 8.0},
}
