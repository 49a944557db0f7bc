"""The commands in a clone: a changed parameter goes aside, and bad input changes nothing."""

import warnings

import pytest

from study.design import load, root
from study.run import inputs, manifests, record, verify
from study.run.publish import differences

pytestmark = pytest.mark.end_to_end


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--arm", "cn_banks", "--set", "no_such_parameter=1"], "no parameter 'no_such_parameter'; allowed: "),
        (["run", "--set", "reps=few"], "parameter 'reps' is 'few'; it must be type int"),
        (["run", "--set", "reps"], "--set takes NAME=VALUE, found 'reps'"),
        (["run", "--arm", "cn_bank"], "no arm 'cn_bank'; did you mean 'cn_banks'"),
        (["run", "--arm", "benchmark"], "arm 'benchmark' is not built yet; built: cn_banks"),
        (["run", "--arm", "berka"], "get it with `study data get berka_pkdd99`"),
        (["run", "--arm", "study", "--set", "reps=99"], "arm 'study' has no parameter 'reps'"),
        (["show", "cn_banks.T66"], "nothing published has the key 'cn_banks.T66'; did you mean 'cn_banks.T6'"),
        (["show", "T7"], "'T7' is planned and not built yet"),
    ],
)
def test_a_wrong_command_ends_with_2_and_changes_nothing(clone, study, arguments, message):
    done = study(*arguments)
    assert done.returncode == 2
    assert message in done.stderr and "Traceback" not in done.stderr
    assert differences(root() / "results", clone / "results") == []


def test_a_changed_parameter_goes_to_a_side_folder_with_a_report(clone, study):
    done = study("run", "--arm", "cn_banks", "--set", "rule=strict_scopes", "--set", "reps=99", "--compare")
    assert done.returncode == 0, done.stderr
    assert differences(root() / "results", clone / "results") == []
    side = clone / "build" / "results" / "cn_banks@reps=99@rule=strict_scopes"
    manifest = manifests.read(side / "manifest.json")
    assert manifest["exhibits"]["T6"]["parameters"]["rule"] == "strict_scopes"
    # SOURCE.md: revenue keeps 51 bank-years, 49 with one effect per bank and scope
    line = "tables/T6.csv, row 10 (ln Operating revenue), column N: 51 -> 49 (differs)"
    assert line in done.stdout
    assert line in side.with_name(f"{side.name}.differences.txt").read_text(encoding="utf-8")


def test_list_and_show(study):
    listed = study("list").stdout
    assert "cn_banks.T6" in listed and "permutations" in listed and "not built yet" in listed
    assert "Operating revenue" in study("show", "T6").stdout
    assert "被解释变量" in study("show", "cn_banks.T6", "--language", "zh").stdout
    assert "716.76 亿元: FinTech investment" in study("show", "investment_2019").stdout
    assert "results/cn_banks/figures/F11.png" in study("show", "F11").stdout


def committed():
    """The manifests of the published results; the user's own are not committed."""
    return [path for path in sorted((root() / "results").glob("*/manifest.json")) if path.parent.name != "own"]


@pytest.mark.parametrize("path", committed(), ids=lambda path: path.parent.name)
def test_the_committed_results_are_fresh(path):
    """The meaning of the code, the design, packages, data and parameters are those of the run; an arm whose data are not here is only named."""
    manifest, arm = manifests.read(path), path.parent.name
    changed = {stage: why for stage in manifest["stages"] if (why := record.since(manifest, stage))}
    told = "\n".join(f"{arm} {stage}: {record.told(why)}" for stage, why in changed.items())
    if inputs.missing(load(), arm):
        if told:
            warnings.warn(f"not fresh, and can not be run again here:\n{told}", stacklevel=1)
    else:
        assert not changed, f"`study run --arm {arm}` is due:\n{told}"


@pytest.mark.parametrize("path", committed(), ids=lambda path: path.parent.name)
def test_the_committed_files_are_those_that_the_notebooks_wrote(path):
    assert verify.disk(path.parent) == []
