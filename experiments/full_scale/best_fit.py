"""The best fit of Pronold et al. 2024: chi = 2.5, full scale; with NEST on a cluster."""

net_params = {"scaling_factors_recurrent": {"cc_scalingEtoE": 2.5, "cc_scalingEtoI": 5.0}}

sim_params = {"t_sim": 12500.0, "master_seed": 2903}
