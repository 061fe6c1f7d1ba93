"""chi_I = chi, fraction of excitatory neurons after Binzegger, full scale (NEST: a cluster)."""

net_params = {
    "cytoarchitecture_params": {"ei_ratio_path": "experimental_data/fraction_EI/binzegger.csv"},
    "scaling_factors_recurrent": {"cc_scalingEtoE": 1.0, "cc_scalingEtoI": 1.0},
}

sim_params = {"t_sim": 12500.0, "master_seed": 2106}

sweep = {"chi": [0.0, 1.0, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.2, 2.4, 2.6, 2.8, 3.0]}
