"""The best fit (chi = 2.5) of Pronold et al. 2024 at full scale on one computer: 12.5 s."""

net_params = {"scaling_factors_recurrent": {"cc_scalingEtoE": 2.5, "cc_scalingEtoI": 5.0}}

sim_params = {"simulator": "procedural", "t_sim": 12500.0, "master_seed": 2903}
