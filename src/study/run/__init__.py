"""Run the study: stages by papermill, workflow by Snakemake, publication all or nothing."""

from .publish import PublishError
from .stage import StageError, execute
from .workflow import RunError, built_arms, run

__all__ = ["PublishError", "RunError", "StageError", "built_arms", "execute", "run"]
