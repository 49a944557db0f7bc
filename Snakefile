# The stages of the arms: every notebook is run again when something that it rests on changed: its code by meaning, the
# design and other files that it reads, packages, data, parameters (src/study/run/record.py). `study run` calls this; so can
# snakemake on a cluster:
#   snakemake --cores 2
import json
from pathlib import Path

from study.run.workflow import default_plans

PLANS = json.loads(Path(config["plans"]).read_text()) if "plans" in config else default_plans()


wildcard_constraints:
    stage=r"\d\d_\w+",


rule all:
    input:
        [f"{folder}/stages/{stage}" for folder, plan in PLANS.items() for stage in plan["parameters"]],


rule stage:
    params:
        arm=lambda made: PLANS[made.folder]["arm"],
        parameters=lambda made: json.dumps(PLANS[made.folder]["parameters"][made.stage], sort_keys=True),
        rests_on=lambda made: PLANS[made.folder]["rests_on"][made.stage],
    output:
        directory("{folder}/stages/{stage}"),
    log:
        "{folder}/notebooks/{stage}.ipynb",
    shell:
        "python -m study.cli stage {params.arm} {wildcards.stage} {params.parameters:q} {output:q} {log:q} {wildcards.folder:q}"
