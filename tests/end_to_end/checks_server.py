"""Runs notebook cells in a clone without a cold start: one process with the libraries imported, one fork for each request.

Started as a program of its own, so that nothing of `study` is imported before the fork: each child imports it from the
clone named in its request. Requests and answers are one line of JSON each:
    {"root": folder, "stage_folder": folder, "parameters": {...}, "cells": [[id, source], ...]}
    {"failed": id or null, "error": name of the exception, "message": its text and the last lines of the traceback}
"""

import contextlib
import importlib
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path

# What src/study imports of others and takes long; a name that is missing here costs time, nothing else.
LIBRARIES = """
    numpy pandas pyarrow duckdb ibis pandera pandera.pandas pydantic yaml matplotlib.pyplot matplotlib.backends.backend_agg formulaic
    linearmodels.panel linearmodels.iv statsmodels.api statsmodels.formula.api statsmodels.multivariate.api statsmodels.duration.hazard_regression
    statsmodels.stats.multitest statsmodels.stats.outliers_influence statsmodels.miscmodels.ordinal_model
    scipy.stats scipy.optimize scipy.special scipy.integrate scipy.sparse.linalg
    sklearn.cluster sklearn.ensemble sklearn.linear_model sklearn.mixture sklearn.model_selection sklearn.neighbors sklearn.svm sklearn.tree
    implicit.als jinja2 pypandoc typst rich.console
""".split()


def main() -> None:
    for name in LIBRARIES:
        importlib.import_module(name)
    assert not any(name.split(".")[0] == "study" for name in sys.modules)
    print("ready", flush=True)
    for line in sys.stdin:
        with tempfile.NamedTemporaryFile() as answer:
            child = os.fork()
            if not child:
                work(json.loads(line), Path(answer.name))
            _, status = os.waitpid(child, 0)
            print(Path(answer.name).read_text(encoding="utf-8") or json.dumps({"failed": "the process", "error": str(status)}), flush=True)


def work(request: dict, answer: Path) -> None:
    """In the child: import the clone's study, run the cells, write what failed, end the process."""
    os.environ |= {"STUDY_ROOT": request["root"], "STUDY_STAGE_FOLDER": request["stage_folder"]}
    sys.path.insert(0, str(Path(request["root"]) / "src"))
    os.chdir(Path(request["root"]) / "notebooks")
    with open(os.devnull, "w") as silence, contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
        outcome = run(request["cells"], request["parameters"])
    answer.write_text(json.dumps(outcome), encoding="utf-8")
    os._exit(0)


def run(cells: list, parameters: dict) -> dict:
    """Execute the cells one after another in one namespace; the parameters take the place of the first one's."""
    names: dict = {"__name__": "__main__", "display": lambda *shown: None}  # a kernel has display
    for position, (cell, source) in enumerate(cells):
        try:
            exec(compile(source, cell, "exec"), names)
        except BaseException as error:
            return {"failed": cell, "error": type(error).__name__, "message": "".join(traceback.format_exception(error)[-3:])}
        if position == 0:
            names |= parameters
    return {"failed": None}


if __name__ == "__main__":
    main()
