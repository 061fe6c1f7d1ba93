"""The main scan of Pronold et al. 2024 at full scale on one computer: chi_I = 2 chi.

5.5 s of model time, the first half second of it a transient; published are 12.5 s.
"""

sim_params = {"simulator": "procedural", "t_sim": 5500.0, "master_seed": 2106}

sweep = {"chi": [0.0, 0.5, 1.0, 1.5, 2.0, 2.2, 2.4, 2.5, 2.6]}
