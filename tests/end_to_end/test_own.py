"""The user's own data from the first command to the results, and nothing of it where git would see it."""

import json
import subprocess

import pandas as pd
import pytest

pytestmark = pytest.mark.end_to_end
KEY = {"STUDY_KEY": "0123456789abcdef0123456789abcdef"}


def test_the_demo_runs_and_every_output_is_stamped(clone, study):
    assert study("own", "demo", **KEY).returncode == 0
    checked = study("own", "check", **KEY)
    assert checked.returncode == 0 and "no fault" in checked.stdout and "02_variables: can run" in checked.stdout
    done = study("run", "--arm", "own", **KEY)
    assert done.returncode == 0, done.stderr
    results = clone / "results" / "own"
    for name in ("T1", "T2", "T3", "A2", "A6", "A7"):
        assert (results / "tables" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[1].startswith("SYNTHETIC,")
        for kind in ("md", "tex", "typ"):
            assert "SYNTHETIC" in (results / "tables" / f"{name}.{kind}").read_text(encoding="utf-8")
            assert "合成数据" in (results / "tables" / f"{name}.zh.{kind}").read_text(encoding="utf-8")
    numbers = json.loads((results / "numbers.json").read_text(encoding="utf-8"))
    assert numbers and all(number["text"].endswith("(SYNTHETIC)") for number in numbers.values())


def test_customers_without_quasi_identifiers_still_run(clone, study):
    study("own", "demo", **KEY)
    file = clone / "data" / "own" / "customers.csv"
    pd.read_csv(file, dtype=str)[["customer_id", "opened", "closed", "tier"]].to_csv(file, index=False)
    done = study("run", "--arm", "own", **KEY)
    assert done.returncode == 0, done.stderr
    told = (clone / "results" / "own" / "tables" / "A2.md").read_text(encoding="utf-8")
    assert "| Quasi-identifiers in the tables | none |" in told and "Looked for: sex, age, married" in told


def test_git_ignores_own_tables_and_results():
    for path in ("data/own/customers.csv", "data/own/mapping.yaml", "results/own/tables/T1.md"):
        assert subprocess.run(["git", "check-ignore", "-q", path]).returncode == 0, path
    assert subprocess.run(["git", "check-ignore", "-q", "data/own/README.md"]).returncode == 1


def test_a_fault_stops_the_run_with_its_place_and_changes_nothing(clone, study):
    study("own", "demo", **KEY)
    customers = clone / "data" / "own" / "customers.csv"
    customers.write_text(customers.read_text(encoding="utf-8").replace(",woman,", ",F,", 1), encoding="utf-8")
    checked = study("own", "check", **KEY)
    assert checked.returncode == 2 and "sex: 'F' is not one of woman, man" in checked.stdout
    done = study("run", "--arm", "own", **KEY)
    assert done.returncode == 2 and "sex: 'F' is not one of woman, man" in done.stderr and "Traceback" not in done.stderr
    assert not (clone / "results" / "own").exists()


def test_without_a_key_or_without_tables_the_run_says_what_to_do(clone, study, tmp_path):
    nothing = study("run", "--arm", "own")
    assert nothing.returncode == 2 and "put your tables into data/own (see data/own/README.md)" in nothing.stderr
    study("own", "demo", **KEY)
    done = study("run", "--arm", "own", STUDY_KEY="", XDG_CONFIG_HOME=str(tmp_path / "config"))
    assert done.returncode == 2 and "no key for pseudonyms" in done.stderr


def test_empty_tables_are_written_and_names_are_mapped(clone, study):
    study("own", "init", **KEY)
    assert (clone / "data" / "own" / "customers.csv").read_text().startswith("customer_id,branch_id,account_id,opened")
    again = study("own", "init", **KEY)
    assert again.returncode == 0 and "written" not in again.stdout
    other = clone / "build" / "bank"
    other.mkdir(parents=True)
    (other / "clients.csv").write_text("customer_no;branch;open_date;birth_yr\n1;2;2020-01-01;1980\n")
    proposed = study("own", "map", "--folder", str(other), "--write")
    assert "birth_year: birth_yr" in proposed.stdout and proposed.returncode == 0
    assert "# clients.csv" in proposed.stdout or "ignore: []" in proposed.stdout
    assert (other / "mapping.yaml").is_file()
