"""Verify what is published: the files against the manifest, the results and the paper against a re-run."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from study.design import checksum, load, root
from study.paper import PaperError
from study.paper import build as build_paper

from . import compare, documents, inputs, locks, manifests, workflow
from .compare import CLOSE, DIFFERS, SAME
from .conditions import Condition
from .progress import say
from .publish import differences
from .vary import vary

WORDS = {SAME: "identical", CLOSE: "same within the stated tolerance", DIFFERS: "different"}
EXIT = {SAME: 0, DIFFERS: 1, CLOSE: 3}
PAPER = "paper"
UNTRIED = 2  # nothing that was asked for could be run again here


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Parameters
    ----------
    part : disk, re-run, second run, varied, paper or git
    text : what was found
    verdict : what it says of the results: identical (nothing), within tolerance or differs
    arm : whose results it is about; "paper" for the paper
    """

    part: str
    text: str
    verdict: str
    arm: str


@dataclass(frozen=True)
class Report:
    """What was found.

    Parameters
    ----------
    findings : in the order of the parts
    arms : arm, or "paper" -> verdict; "" where the arm could not be run again here
    """

    findings: tuple[Finding, ...]
    arms: Mapping[str, str]

    @property
    def verdict(self) -> str:
        """The worst of the verdicts."""
        worst = SAME
        for verdict in self.arms.values():
            worst = compare.worse(worst, verdict or SAME)
        return worst

    @property
    def exit_code(self) -> int:
        """0 identical, 3 same within the stated tolerance, 1 different, 2 if no arm could be run again here."""
        tried = [verdict for arm, verdict in self.arms.items() if verdict and arm != PAPER]
        return EXIT[self.verdict] if tried or self.verdict == DIFFERS else UNTRIED

    def lines(self) -> list[str]:
        """One line per arm and the paper, the tolerances if they were used, and the word for all."""
        words = [f"{arm}: {WORDS.get(verdict, 'not verified here')}" for arm, verdict in self.arms.items()]
        told = [f"tolerance: {one}" for one in stated()] if CLOSE in self.arms.values() else []
        if self.exit_code == UNTRIED:
            return [*words, "not verified: no data are here to run the stages again"]
        counts = {verdict: sum(finding.verdict == verdict for finding in self.findings) for verdict in (CLOSE, DIFFERS)}
        places = f" ({counts[self.verdict]} places)" if self.verdict in counts else ""
        return [*words, *told, WORDS[self.verdict] + places]


def stated() -> list[str]:
    """The tolerances of design/tolerances.yaml in words."""
    told = []
    for one in load().tolerances.values():
        size = f"{one.relative:g} of the value" if one.relative else f"{one.units} in the last digit" if one.units else "words and data"
        where = f" [{', '.join((*one.arms, *one.files))}]" if one.files else ""
        told.append(f"{one.covers.en}{where}: {size}. {one.reason.en}")
    return told


def verify(arms: list[str], *, twice: bool = False, varied: Sequence[Condition] = (), cores: int = 2) -> Report:
    """Compare what is published with the manifest, with a re-run and with HEAD.

    Parameters
    ----------
    arms : the arms to verify
    twice : also re-run a second time and compare the two re-runs byte by byte
    varied : conditions under which the stages are run again, each compared with the plain re-run

    Returns
    -------
    Report: identical, same within the stated tolerance or different, by arm and for all
    """
    findings: list[Finding] = []
    tried: dict[str, bool] = {}
    for arm in arms:
        found, tried[arm] = _alone(arm, twice, varied, cores)
        findings += found
    findings += _paper() + _git()
    return Report(tuple(findings), {name: _verdict(name, findings, tried) for name in (*arms, PAPER)})


def _alone(arm: str, twice: bool, varied: Sequence[Condition], cores: int) -> tuple[list[Finding], bool]:
    """The findings on one arm, and whether its stages could be run again; no other verification of the arm deletes what is compared."""
    published = root() / "results" / arm
    findings = [Finding("disk", f"{arm}: {text}", DIFFERS, arm) for text in disk(published)]
    lacking = inputs.missing(load(), arm)
    if lacking:
        return [*findings, Finding("re-run", f"{arm}: not re-run here, data missing; {lacking}", SAME, arm)], False
    folder = root() / "build" / "verify"
    with locks.held(folder / f".{arm}.verifying.lock", lambda: say(f"{arm}: waiting for another verification to end")):
        first = workflow.rerun(arm, folder / arm, cores)
        findings += [Finding("re-run", f"{arm}: {one}", one.verdict, arm) for one in compare.folders(published, first)]
        if twice or varied:
            first = _copy(first, folder / f"{arm}.first")
        if twice:
            again = workflow.rerun(arm, folder / arm, cores)
            findings += [Finding("second run", f"{arm}: {name} is not the same byte by byte", DIFFERS, arm) for name in differences(first, again)]
        return findings + _varied(arm, first, varied, cores), True


def _varied(arm: str, first: Path, conditions: Sequence[Condition], cores: int) -> list[Finding]:
    """A finding per condition."""
    outcomes = vary(arm, first, conditions, root() / "build" / "verify" / f"{arm}.varied", cores)
    return [Finding("varied", f"{arm}: {outcome}", outcome.verdict, arm) for outcome in outcomes]


def _verdict(name: str, findings: Sequence[Finding], tried: Mapping[str, bool]) -> str:
    """The worst verdict of an arm or the paper; "" if nothing differs but its stages could not be run."""
    worst = SAME
    for finding in findings:
        worst = compare.worse(worst, finding.verdict) if finding.arm == name else worst
    return "" if worst == SAME and not tried.get(name, True) else worst


def disk(results: Path) -> list[str]:
    """How the files of an arm's results differ from what its manifest says."""
    path = results / "manifest.json"
    if not path.is_file():
        return ["manifest.json is missing"]
    manifest = manifests.read(path)
    known = {"numbers.json": manifest["numbers"]}
    for line in manifest["exhibits"].values():
        known |= line["files"]
    there = {f.relative_to(results).as_posix() for f in results.rglob("*") if f.is_file()} - {"manifest.json"}
    faults = [f"{name} is in the manifest and not on disk" for name in sorted(known.keys() - there)]
    faults += [f"{name} is on disk and not in the manifest" for name in sorted(there - known.keys())]
    changed = [name for name in sorted(known.keys() & there) if not checksum(results / name).startswith(known[name])]
    return faults + [f"{name} was changed after the run that wrote it" for name in changed]


def _copy(folder: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(folder, target))


def _paper() -> list[Finding]:
    """The built paper against one built from its text and the published results."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in ("paper", "results"):
            shutil.copytree(root() / part, copy / part)
        try:
            files = build_paper(copy)
        except PaperError as error:
            return [Finding("paper", str(error), DIFFERS, PAPER)]
        verdicts = {file.name: _document(file, root() / "paper" / file.name) for file in files}
    told = {CLOSE: "has other bytes than its text and the results give, and the same words", DIFFERS: "is not what its text and the results give"}
    return [Finding("paper", f"paper/{name} {told[verdict]}", verdict, PAPER) for name, verdict in verdicts.items() if verdict != SAME]


def _document(file: Path, published: Path) -> str:
    """The verdict on a file of the paper: by its bytes, else by its words; a PDF by what its pages draw."""
    if not published.is_file():
        return DIFFERS
    if checksum(file) == checksum(published):
        return SAME
    if file.suffix == ".pdf":
        return CLOSE if documents.drawn(file) == documents.drawn(published) != [] else DIFFERS
    texts = documents.words(published), documents.words(file)
    return DIFFERS if None in texts or compare.text(*texts) else CLOSE


def _git() -> list[Finding]:
    """Published files that are not as in HEAD; nothing where there is no git."""
    command = ["git", "-C", str(root()), "status", "--porcelain", "--", "results", "paper"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        return []
    lines = done.stdout.splitlines() if done.returncode == 0 else []
    return [Finding("git", f"{line[3:]} is not as in HEAD ({line[:2].strip()})", SAME, "") for line in lines]


def built(arm: str | None) -> list[str]:
    """The arms to verify: one, or all that are built; the user's own only if it has results.

    Raises
    ------
    RunError if the arm is unknown or not built.
    """
    if arm is None:
        design = load()
        return [name for name in workflow.built_arms(design) if design.arms[name].access != "user" or (root() / "results" / name).is_dir()]
    workflow.plan(load(), arm, {})
    return [arm]
