"""Figures of Schuecker, Schmidt et al. 2017: stabilisation of the macaque model."""

PUBLICATION = {
    "citation": "Schuecker et al. 2017, PLoS Comput Biol 13:e1005179",
    "doi": "10.1371/journal.pcbi.1005179",
    "model": "macaque",
    "references": {
        "low_drive": "experiments/stabilisation/macaque_low_drive.py",
        "high_drive": "experiments/stabilisation/macaque_high_drive.py",
        "stabilised": "experiments/stabilisation/macaque_stabilised.py",
    },
    "tables": {"published_indegrees": "experimental_data/macaque/schuecker2017/indegree.csv"},
    "stabilisation": ("low_drive", "high_drive"),
    "chi": ("connection_params.cc_weights_factor",),
    "chi_I": "connection_params.cc_weights_I_factor",
}
