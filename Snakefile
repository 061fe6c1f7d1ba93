# The whole flow: network -> theory, network -> simulate -> analyse -> collect -> plot.
# A rule is named after the command that it calls (python -m multiarea <rule> --help). Which files
# there are, and what they depend on, is decided in src/multiarea/workflow/rules.py.
# Measures and pictures have no benchmark: Snakemake would watch only the process that hands the job
# over to the fork server (src/multiarea/forkserver.py). Their records have times and memory.
from pathlib import Path

from multiarea.workflow.comparison import OUTPUTS, Comparison
from multiarea.workflow.configuration import checked
from multiarea.workflow.report import DESCRIPTION, Report
from multiarea.workflow.rules import Workflow
from multiarea.workflow.selection import named


configfile: checked("config.yaml", workflow.basedir)


flow = Workflow.of_snakefile(config, workflow)
about = Report(flow)


report: DESCRIPTION


together = Comparison(flow.selection)


pathvars:
    out=flow.out,


wildcard_constraints:
    net="[0-9a-f]{32}",
    high="[0-9a-f]{32}",
    sim="[0-9a-f]{32}",
    ana="[0-9a-f]{32}",
    key="[0-9a-f]{12}",
    measure="[a-z_0-9]+",
    figure="[a-z_0-9]+",
    result=r"[a-z_0-9]+\.(csv|h5)",
    picture="svg|eps|jpg|tif",


localrules:
    collect,
    record,
    record_plots,
    page,


onsuccess:
    flow.link()


onerror:
    flow.link()


rule all:
    input:
        flow.results,
        flow.pictures(),


rule network:
    input:
        unpack(flow.network_inputs),
    output:
        "<out>/{net}/network.h5",
        "<out>/{net}/parameters.json",
        "<out>/{net}/provenance.json",
    params:
        spec=flow.network_spec,
        named=named,
    resources:
        **flow.resources("network"),
    log:
        "<out>/{net}/logs/network.log",
    benchmark:
        "<out>/{net}/logs/network.tsv"
    conda:
        "humam.yml"
    shell:
        "python -m multiarea --log {log:q} network --spec {params.spec:q} --inputs {params.named:q} --to {output:q}"


rule theory:
    input:
        network=flow.network_file,
    output:
        "<out>/{net}/theory/rates.csv",
        "<out>/{net}/theory/parameters.json",
        "<out>/{net}/theory/provenance.json",
    resources:
        **flow.resources("theory"),
    log:
        "<out>/{net}/logs/theory.log",
    benchmark:
        "<out>/{net}/logs/theory.tsv"
    conda:
        "humam.yml"
    shell:
        "python -m multiarea --log {log:q} theory --network {input.network:q} --to {output:q}"


rule stability:
    input:
        network="<out>/{net}/network.h5",
    output:
        "<out>/{net}/stability/stability.h5",
        "<out>/{net}/stability/parameters.json",
        "<out>/{net}/stability/provenance.json",
    resources:
        **flow.resources("theory"),
    log:
        "<out>/{net}/logs/stability.log",
    benchmark:
        "<out>/{net}/logs/stability.tsv"
    conda:
        "humam.yml"
    shell:
        "python -m multiarea --log {log:q} stability --network {input.network:q} --to {output:q}"


rule stabilise:
    input:
        low="<out>/{net}/network.h5",
        high="<out>/{high}/network.h5",
    output:
        "<out>/{net}/stabilisation/{high}/stabilisation.h5",
        "<out>/{net}/stabilisation/{high}/indegree.csv",
        "<out>/{net}/stabilisation/{high}/parameters.json",
        "<out>/{net}/stabilisation/{high}/provenance.json",
    resources:
        **flow.resources("theory"),
    log:
        "<out>/{net}/logs/stabilise-{high}.log",
    benchmark:
        "<out>/{net}/logs/stabilise-{high}.tsv"
    conda:
        "humam.yml"
    shell:
        "python -m multiarea --log {log:q} stabilise --network {input.low:q} {input.high:q}"
        " --to {output:q}"


rule simulate:
    input:
        network=flow.network_file,
    output:
        "<out>/{net}/{sim}/spikes.h5",
        "<out>/{net}/{sim}/parameters.json",
        "<out>/{net}/{sim}/provenance.json",
    wildcard_constraints:
        sim=flow.selection.simulations(),
    params:
        spec=flow.simulation_spec,
    threads: flow.virtual_processes
    resources:
        **flow.resources("simulate"),
        guard=flow.guard,
        checkpoint=f"{flow.config.checkpoint_interval:g}",
    log:
        "<out>/{net}/{sim}/logs/simulate.log",
    benchmark:
        "<out>/{net}/{sim}/logs/simulate.tsv"
    conda:
        "humam.yml"
    shell:
        "{resources.launcher} python -m multiarea --log {log:q} simulate --network {input.network:q}"
        " --spec {params.spec:q} --guard {resources.guard:q} --threads {threads:q}"
        " --checkpoint {resources.checkpoint:q} --to {output:q}"


use rule simulate as simulate_potentials with:
    output:
        "<out>/{net}/{sim}/spikes.h5",
        "<out>/{net}/{sim}/membrane_potentials.h5",
        "<out>/{net}/{sim}/parameters.json",
        "<out>/{net}/{sim}/provenance.json",
    wildcard_constraints:
        sim=flow.selection.simulations(potentials=True),


rule import_spikes:
    input:
        unpack(flow.import_inputs),
    output:
        "<out>/{net}/{sim}/spikes.h5",
        "<out>/{net}/{sim}/parameters.json",
        "<out>/{net}/{sim}/provenance.json",
    wildcard_constraints:
        sim=flow.selection.simulations(imported=True),
    params:
        spec=flow.simulation_spec,
        named=named,
    resources:
        **flow.resources("network"),
    log:
        "<out>/{net}/{sim}/logs/import_spikes.log",
    benchmark:
        "<out>/{net}/{sim}/logs/import_spikes.tsv"
    conda:
        "humam.yml"
    shell:
        "python -m multiarea --log {log:q} import_spikes --spec {params.spec:q} --inputs {params.named:q} --to {output:q}"


rule analyse:
    input:
        unpack(flow.analyse_inputs),
    output:
        "<out>/{net}/{sim}/measures/{measure}-{key}/{measure}.csv",
        "<out>/{net}/{sim}/measures/{measure}-{key}/parameters.json",
        "<out>/{net}/{sim}/measures/{measure}-{key}/provenance.json",
    wildcard_constraints:
        measure=flow.measures_with(".csv"),
    params:
        spec=flow.measure_spec,
        named=named,
    group:
        "analysis-{sim}"
    resources:
        **flow.share("analyse"),
    log:
        "<out>/{net}/{sim}/measures/{measure}-{key}/analyse.log",
    conda:
        "humam.yml"
    shell:
        "python -m multiarea --log {log:q} analyse {wildcards.measure} --spec {params.spec:q}"
        " --inputs {params.named:q} --to {output:q}"


use rule analyse as analyse_arrays with:
    output:
        "<out>/{net}/{sim}/measures/{measure}-{key}/{measure}.h5",
        "<out>/{net}/{sim}/measures/{measure}-{key}/parameters.json",
        "<out>/{net}/{sim}/measures/{measure}-{key}/provenance.json",
    wildcard_constraints:
        measure=flow.measures_with(".h5"),


rule collect:
    input:
        flow.collect_input,
    output:
        "<out>/{net}/{sim}/{ana}/{result}",
    log:
        "<out>/{net}/{sim}/{ana}/logs/{result}.log",
    conda:
        "humam.yml"
    shell:
        "(cp {input:q} {output:q}.unfinished && mv {output:q}.unfinished {output:q}) 2> {log:q}"


rule record:
    input:
        unpack(flow.record_inputs),
    output:
        "<out>/{net}/{sim}/{ana}/parameters.json",
        "<out>/{net}/{sim}/{ana}/provenance.json",
    params:
        spec=flow.analysis_spec,
        named=named,
    log:
        "<out>/{net}/{sim}/{ana}/logs/record.log",
    conda:
        "humam.yml"
    shell:
        "python -m multiarea --log {log:q} record --spec {params.spec:q} --inputs {params.named:q} --to {output:q}"


rule plot:
    input:
        unpack(flow.plot_inputs),
    output:
        "<out>/{net}/{sim}/{ana}/plots/{figure}.png",
        "<out>/{net}/{sim}/{ana}/plots/{figure}.pdf",
        "<out>/{net}/{sim}/{ana}/plots/{figure}.md",
        "<out>/{net}/{sim}/{ana}/plots/records/{figure}.json",
    params:
        spec=flow.plot_spec,
        named=named,
        names=flow.names,
    group:
        "analysis-{sim}"
    resources:
        **flow.share("plot"),
    log:
        "<out>/{net}/{sim}/{ana}/logs/plot_{figure}.log",
    conda:
        "humam.yml"
    shell:
        "python -m multiarea --log {log:q} plot {wildcards.figure} --spec {params.spec:q}"
        " --names {params.names:q} --inputs {params.named:q} --to {output:q}"


use rule plot as plot_other with:
    output:
        "<out>/{net}/{sim}/{ana}/plots/{figure}.{picture}",
        "<out>/{net}/{sim}/{ana}/plots/records/{figure}.{picture}.json",
    log:
        "<out>/{net}/{sim}/{ana}/logs/plot_{figure}.{picture}.log",


use rule plot as plot_movie with:
    output:
        "<out>/{net}/{sim}/{ana}/plots/{figure}.gif",
        "<out>/{net}/{sim}/{ana}/plots/records/{figure}.gif.json",
    log:
        "<out>/{net}/{sim}/{ana}/logs/plot_{figure}.gif.log",


rule record_plots:
    input:
        unpack(flow.picture_records),
    output:
        "<out>/{net}/{sim}/{ana}/plots/parameters.json",
        "<out>/{net}/{sim}/{ana}/plots/provenance.json",
    params:
        named=named,
    log:
        "<out>/{net}/{sim}/{ana}/logs/record_plots.log",
    conda:
        "humam.yml"
    shell:
        "python -m multiarea --log {log:q} record_pictures --inputs {params.named:q} --to {output:q}"


rule page:
    input:
        unpack(about.inputs),
    output:
        report(
            "<out>/{net}/{sim}/{ana}/experiment.html",
            category=about.category,
            labels=about.experiment,
        ),
    params:
        spec=about.spec,
        named=named,
        names=flow.names,
    log:
        "<out>/{net}/{sim}/{ana}/logs/page.log",
    conda:
        "humam.yml"
    shell:
        "python -m multiarea --log {log:q} page --spec {params.spec:q}"
        " --names {params.names:q} --inputs {params.named:q} --to {output:q}"


# All experiments of config.yaml, or of --config experiments=..., side by side.
rule comparison:
    input:
        together.results,


rule compare:
    input:
        unpack(together.inputs),
    output:
        expand("<out>/comparisons/{{key}}/{name}", name=OUTPUTS),
    params:
        spec=together.spec,
        named=named,
    resources:
        **flow.resources("plot"),
    log:
        "<out>/comparisons/{key}/logs/compare.log",
    benchmark:
        "<out>/comparisons/{key}/logs/compare.tsv"
    conda:
        "humam.yml"
    shell:
        "python -m multiarea --log {log:q} compare --spec {params.spec:q} --inputs {params.named:q} --to {output:q}"


# The figures of publications are a folder of their own, which need not be there.
if Path(workflow.basedir, "publications").is_dir():

    include: "publications/rules.smk"
