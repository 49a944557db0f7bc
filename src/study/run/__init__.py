"""Run the study: stages by papermill, workflow by Snakemake, publication all or nothing.

`run` executes and publishes an arm; `verify` compares what is published with a re-run, `compare` two
sets of results; `trace` leads from a number back to the rows it rests on; `doctor` looks at the machine.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import changes, compare, conditions, doctor, inputs, record, recovery, trace, verify, workflow
    from .inputs import NotAllowed
    from .publish import PublishError
    from .stage import StageError, execute
    from .trace import TraceError
    from .workflow import RunError, accepting, run

__all__ = [
    "NotAllowed",
    "PublishError",
    "RunError",
    "StageError",
    "TraceError",
    "accepting",
    "changes",
    "compare",
    "conditions",
    "doctor",
    "execute",
    "inputs",
    "record",
    "recovery",
    "run",
    "trace",
    "verify",
    "workflow",
]

attach(__name__)
