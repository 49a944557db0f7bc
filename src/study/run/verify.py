"""Verify what is published: the files against the manifest, the results and the paper against a re-run."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from study.design import checksum, load, read_json, root
from study.paper import PaperError
from study.paper import build as build_paper

from . import compare, inputs, workflow
from .compare import CLOSE, DIFFERS
from .publish import differences


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Parameters
    ----------
    part : disk, re-run, second run, paper or git
    text : what was found
    fault : True if verification fails by it
    """

    part: str
    text: str
    fault: bool


def verify(arms: list[str], *, twice: bool = False, cores: int = 2) -> list[Finding]:
    """Compare what is published with the manifest, with a re-run and with HEAD.

    Parameters
    ----------
    arms : the arms to verify
    twice : also re-run a second time and compare the two re-runs byte by byte

    Returns
    -------
    findings; without a fault everything published comes out of the code again
    """
    findings = []
    for arm in arms:
        published = root() / "results" / arm
        findings += [Finding("disk", f"{arm}: {text}", True) for text in disk(published)]
        lacking = inputs.missing(load(), arm)
        if lacking:
            text = f"{arm}: not re-run here, data missing; {lacking}"
            findings.append(Finding("re-run", text, False))
            continue
        first = workflow.rerun(arm, root() / "build" / "verify" / arm, cores)
        for difference in compare.folders(published, first):
            findings.append(Finding("re-run", f"{arm}: {difference}", difference.verdict == DIFFERS))
        if twice:
            kept = _copy(first, root() / "build" / "verify" / f"{arm}.first")
            again = workflow.rerun(arm, root() / "build" / "verify" / arm, cores)
            for name in differences(kept, again):
                findings.append(Finding("second run", f"{arm}: {name} is not the same byte by byte", True))
    return findings + _paper() + _git()


def disk(results: Path) -> list[str]:
    """How the files of an arm's results differ from what its manifest says."""
    path = results / "manifest.json"
    if not path.is_file():
        return ["manifest.json is missing"]
    manifest = read_json(path)
    known = {"numbers.json": manifest["numbers"]}
    for line in manifest["exhibits"].values():
        known |= line["files"]
    there = {f.relative_to(results).as_posix() for f in results.rglob("*") if f.is_file()} - {"manifest.json"}
    faults = [f"{name} is in the manifest and not on disk" for name in sorted(known.keys() - there)]
    faults += [f"{name} is on disk and not in the manifest" for name in sorted(there - known.keys())]
    changed = [name for name in sorted(known.keys() & there) if checksum(results / name) != known[name]]
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
            return [Finding("paper", str(error), True)]
        names = [file.name for file in files if not _same(file, root() / "paper" / file.name)]
    return [Finding("paper", f"paper/{name} is not what its text and the results give", True) for name in names]


def _same(file: Path, published: Path) -> bool:
    return published.is_file() and checksum(file) == checksum(published)


def _git() -> list[Finding]:
    """Published files that are not as in HEAD; nothing where there is no git."""
    command = ["git", "-C", str(root()), "status", "--porcelain", "--", "results", "paper"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        return []
    lines = done.stdout.splitlines() if done.returncode == 0 else []
    return [Finding("git", f"{line[3:]} is not as in HEAD ({line[:2].strip()})", False) for line in lines]


def verdict(findings: list[Finding]) -> str:
    """The report's last line."""
    faults = sum(finding.fault for finding in findings)
    close = sum(CLOSE in finding.text for finding in findings)
    if faults:
        return f"not verified: {faults} differences"
    return f"verified, {close} places within tolerance" if close else "verified: identical"


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
