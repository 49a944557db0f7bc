# The stages of the arms: every notebook is run again when it, the code it uses, the design, the
# arm's data or its parameters changed. `study run` calls this; so can snakemake on a cluster:
#   snakemake --cores 2
import json
from pathlib import Path

from study.design import relative, root
from study.run import code_files
from study.run.workflow import default_plans

PLANS = json.loads(Path(config["plans"]).read_text()) if "plans" in config else default_plans()


wildcard_constraints:
    stage=r"\d\d_\w+",


rule all:
    input:
        [f"{folder}/stages/{stage}" for folder, plan in PLANS.items() for stage in plan["parameters"]],


rule stage:
    input:
        notebook="notebooks/{stage}.ipynb",
        code=lambda made: [relative(f) for f in code_files.of_notebook(root() / "notebooks" / f"{made.stage}.ipynb")],
        design=sorted(str(file) for file in Path("design").glob("*.yaml")),
        data=lambda made: PLANS[made.folder]["data"],
    params:
        arm=lambda made: PLANS[made.folder]["arm"],
        parameters=lambda made: json.dumps(PLANS[made.folder]["parameters"][made.stage], sort_keys=True),
    output:
        directory("{folder}/stages/{stage}"),
    log:
        "{folder}/notebooks/{stage}.ipynb",
    shell:
        "python -m study.cli stage {params.arm} {wildcards.stage} {params.parameters:q} {output} {log} {wildcards.folder}"
