"""Figures of Schmidt et al. 2018a: the structure of the macaque model."""

PUBLICATION = {
    "citation": "Schmidt et al. 2018a, Brain Struct Funct 223:1409",
    "doi": "10.1007/s00429-017-1554-4",
    "model": "macaque",
    "references": {"base": "experiments/full_scale/macaque_base.py"},
    "chi": ("connection_params.cc_weights_factor",),
    "chi_I": "connection_params.cc_weights_I_factor",
}
