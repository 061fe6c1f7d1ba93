"""Figures of Schmidt et al. 2018b: the dynamics of the macaque model."""

PUBLICATION = {
    "citation": "Schmidt et al. 2018b, PLoS Comput Biol 14:e1006359",
    "doi": "10.1371/journal.pcbi.1006359",
    "model": "macaque",
    "references": {
        "ground_state": "experiments/full_scale/macaque_ground_state.py",
        "metastable": "experiments/full_scale/macaque_metastable.py",
    },
    "variants": {"default": "experiments/sweeps/macaque_chi.py"},
    "tables": {
        "hierarchy": "experimental_data/macaque/hierarchy",
        "population_averages": "simulated_data/knight2021/population_averages.csv",
    },
    "simulations": {
        "ground_state": "experiments/one_computer/macaque_chi_1.py",
        "metastable": "experiments/one_computer/macaque_chi_1_9.py",
    },
    "chi": ("connection_params.cc_weights_factor",),
    "chi_I": "connection_params.cc_weights_I_factor",
}
