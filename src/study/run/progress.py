"""Progress of a run: which stage of how many, and how long the rest will take by the durations of earlier runs."""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from study.design.paths import root

PROGRESS = "STUDY_PROGRESS"
DONE = re.compile(r"^(\S+ \S+): done in (\d+) s$")


def say(line: str) -> None:
    """Report progress: to the file that the workflow reads, else to the terminal."""
    file = os.environ.get(PROGRESS)
    if file:
        with open(file, "a", encoding="utf-8") as progress:
            progress.write(line + "\n")
    else:
        print(line, file=sys.stderr, flush=True)


class Progress:
    """Counts the stages of a run as their lines come in, and says what is left.

    Parameters
    ----------
    stages : "arm stage" of every stage that the run executes
    cores : stages at the same time
    """

    def __init__(self, stages: Iterable[str], cores: int) -> None:
        self.left = {stage: _duration(stage) for stage in stages}
        self.all, self.cores, self.ended = len(self.left), cores, 0

    def line(self, said: str) -> str:
        """The line as the user sees it: a stage that ended is counted, and its duration is kept for the next run."""
        done = DONE.match(said)
        if not done or done[1] not in self.left:
            return said
        del self.left[done[1]]
        self.ended += 1
        _keep(done[1], float(done[2]))
        return f"{said} ({self.ended} of {self.all}{self.rest()})"

    def rest(self) -> str:
        """How long the stages that have not ended will take; nothing where one was never timed here."""
        times = [seconds for seconds in self.left.values() if seconds is not None]
        if not times or len(times) < len(self.left):
            return ""
        seconds = max(*times, sum(times) / self.cores)
        return f", about {f'{seconds / 60:.0f} min' if seconds >= 90 else f'{seconds:.0f} s'} left"


def _file(stage: str) -> Path:
    return root() / "build" / "durations" / stage.replace(" ", ".")


def _duration(stage: str) -> float | None:
    try:
        return float(_file(stage).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _keep(stage: str, seconds: float) -> None:
    """A file per stage, so that two runs do not write the same one; a disk that is full costs the estimate only."""
    try:
        _file(stage).parent.mkdir(parents=True, exist_ok=True)
        _file(stage).write_text(f"{seconds:.0f}\n", encoding="ascii")
    except OSError:
        pass
