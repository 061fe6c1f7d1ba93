# The figures of publications: `snakemake figures`. They may need networks, theory and results of
# experiments; the rules of the Snakefile make these.
import sys

sys.path.insert(0, workflow.basedir)

from publications.report import PaperReport
from publications.workflow import PaperFigures, let_jobs_find

let_jobs_find(workflow.basedir)
papers = PaperFigures(flow.selection)
of_papers = PaperReport(papers)
flow.also(papers.experiments)


wildcard_constraints:
    paper="[a-z_0-9]+/[a-z_0-9]+",
    publication="[a-z_0-9]+",


localrules:
    record_figures,


rule figures:
    input:
        papers.pictures(),


rule paper_figure:
    input:
        unpack(papers.inputs),
    output:
        report(
            "figures/{paper}.png",
            caption=about.template,
            category=of_papers.publication,
            labels=of_papers.figure,
        ),
        "figures/{paper}.pdf",
        "figures/{paper}.md",
        "figures/records/{paper}.json",
    params:
        spec=papers.spec,
        named=named,
        caption=of_papers.caption,
    resources:
        **flow.resources("plot"),
    log:
        "figures/logs/{paper}.log",
    benchmark:
        "figures/logs/{paper}.tsv"
    conda:
        "../humam.yml"
    shell:
        "python -m publications --log {log:q} {wildcards.paper} --spec {params.spec:q}"
        " --inputs {params.named:q} --to {output:q}"


rule record_figures:
    input:
        unpack(papers.records),
    output:
        "figures/{publication}/parameters.json",
        "figures/{publication}/provenance.json",
    params:
        named=named,
    log:
        "figures/logs/{publication}/record_figures.log",
    conda:
        "../humam.yml"
    shell:
        "python -m multiarea --log {log:q} record_pictures --inputs {params.named:q} --to {output:q}"
