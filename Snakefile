# The stages of one arm: every notebook is run again when it, the code it imports, the design, the
# arm's data or its parameters changed. `study run` calls this; so can snakemake on a cluster:
#   snakemake --cores 2 --config arm=cn_banks
import json
from pathlib import Path

from study.design import load, relative, resolve, root
from study.run import code_files

ARM = config.get("arm", "cn_banks")
FOLDER = config.get("folder", f"build/run/{ARM}")
PLAN = Path(FOLDER, "plan.json")
PARAMETERS = json.loads(PLAN.read_text())["parameters"] if PLAN.exists() else resolve(load(), ARM, {})
DATA = sorted(str(file) for arm in (ARM, *load().arms[ARM].reads) for file in Path("data", arm).glob("*.csv"))


wildcard_constraints:
    stage=r"\d\d_\w+",


rule all:
    input:
        [f"{FOLDER}/stages/{stage}" for stage in PARAMETERS],


rule stage:
    input:
        notebook="notebooks/{stage}.ipynb",
        code=lambda stage: [relative(f) for f in code_files.of_notebook(root() / "notebooks" / f"{stage.stage}.ipynb")],
        design=sorted(str(file) for file in Path("design").glob("*.yaml")),
        data=DATA,
    params:
        parameters=lambda wildcards: json.dumps(PARAMETERS[wildcards.stage], sort_keys=True),
    output:
        directory(FOLDER + "/stages/{stage}"),
    log:
        FOLDER + "/notebooks/{stage}.ipynb",
    shell:
        "python -m study.cli stage {ARM} {wildcards.stage} {params.parameters:q} {output} {log} {FOLDER}"
