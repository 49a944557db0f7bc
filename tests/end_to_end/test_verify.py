"""verify: identical after a run; everything changed by hand is caught and named."""

import re

import pytest

pytestmark = pytest.mark.end_to_end


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert re.search(old, text), f"{old} is not in {path.name}"
    path.write_text(re.sub(old, new, text, count=1), encoding="utf-8")


def test_what_is_published_is_verified(study):
    """The arm with the shortest run; cn_banks is run again below, where all but what was changed by hand is identical."""
    done = study("verify", "--arm", "study", "--twice")
    assert done.returncode == 0, done.stdout
    assert done.stdout.strip().splitlines()[-3:] == ["study: identical", "paper: identical", "identical"]


def test_everything_changed_by_hand_is_named(clone, study):
    results = clone / "results" / "cn_banks"
    edit(results / "tables" / "T6.csv", r"ln Net profit,-0\.126", "ln Net profit,0.126")
    edit(results / "figures" / "F11.csv", r"fintech_investment,ICBC,2024,285\.18", "fintech_investment,ICBC,2024,185.18")
    edit(results / "numbers.json", r'"716\.76"', '"816.76"')
    (results / "tables" / "T9.csv").write_text("typed by hand")
    edit(clone / "paper" / "paper.html", r"Banks spend on FinTech", "Banks spend 3 times")
    done = study("verify", "--arm", "cn_banks")
    assert done.returncode == 1
    for line in (
        "disk: cn_banks: tables/T6.csv was changed after the run that wrote it",
        "disk: cn_banks: figures/F11.csv was changed after the run that wrote it",
        "disk: cn_banks: numbers.json was changed after the run that wrote it",
        "disk: cn_banks: tables/T9.csv is on disk and not in the manifest",
        "re-run: cn_banks: tables/T6.csv, row 2 (ln Net profit), column Estimate: 0.126 -> -0.126 (differs)",
        "column value: 185.18 -> 285.18 (differs)",
        "re-run: cn_banks: numbers.json, investment_2019: 816.76 -> 716.76 (differs)",
        "paper: paper/paper.html is not what its text and the results give",
    ):
        assert line in done.stdout, done.stdout
    assert "Traceback" not in done.stderr
    again = [line for line in done.stdout.splitlines() if line.startswith("re-run: cn_banks: ")]
    changed = ("tables/T6.csv", "tables/T9.csv", "figures/F11.csv", "numbers.json")
    assert again and all(line.removeprefix("re-run: cn_banks: ").startswith(changed) for line in again), again


def test_a_number_typed_into_the_papers_text_is_named(clone, study):
    edit(clone / "paper" / "paper.en.md", r'\{\{ number\("cn_banks\.growth_2021"\) \}\}', "12.9")
    done = study("paper")
    assert done.returncode == 2
    assert re.search(r"line \d+: '12\.9' is typed by hand", done.stderr)
