"""The commands in a clone: a changed parameter goes aside, and bad input changes nothing."""

import json

import pytest

from study import data
from study.design import checksum, root
from study.run.publish import differences

pytestmark = pytest.mark.end_to_end


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--arm", "cn_banks", "--set", "no_such_parameter=1"], "no parameter 'no_such_parameter'; did you mean '"),
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
    manifest = json.loads((side / "manifest.json").read_text(encoding="utf-8"))
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


def test_the_committed_results_are_fresh():
    """The code, the data and the files that the manifest names are those of this checkout."""
    manifests = sorted((root() / "results").glob("*/manifest.json"))
    for path in [path for path in manifests if path.parent.name != "own"]:  # the user's own are not committed
        manifest = json.loads(path.read_text(encoding="utf-8"))
        named = [stage["code"] for stage in manifest["stages"].values()]
        named += [line["inputs"] for line in manifest["exhibits"].values()]
        outside = {file.name: file for file in data.inputs(path.parent.name)} if path.parent.name != "study" else {}
        for file, digest in {pair for group in named for pair in group.items()}:
            place = root() / file if "/" in file else outside.get(file)  # a source's file has no folder in the manifest
            assert place is None or checksum(place) == digest, f"{file} changed since the run: study run"
        for line in manifest["exhibits"].values():
            for file, digest in line["files"].items():
                assert checksum(path.parent / file) == digest, f"{file} is not what the notebook wrote"
