"""The manifest: nothing is written twice, and everything is read back."""

import json

import pytest

from study.run import manifests

LINE = {"notebook": "notebooks/01_sample.ipynb", "cell": "save", "parameters": {"rule": "strict", "reps": 9}, "inputs": {"facts.csv": "f"}}
WHOLE = {
    "version": manifests.VERSION,
    "arm": "cn_banks",
    "packages": {"requirements.lock": "p"},
    "data": {"facts.csv": "f"},
    "numbers": "n",
    "files": {"src/a.py": "1", "src/b.py": "2"},
    "stages": {
        "01_sample": {"parameters": {"rule": "strict"}, "files": ["src/a.py", "src/b.py"]},
        "10_baseline": {"parameters": {}, "files": ["src/a.py"]},
    },
    "exhibits": {
        "T1": {**LINE, "files": {"tables/T1.csv": "1", "tables/T1.md": "2"}, "rows": "2-9", "models": []},
        "T6": {
            **LINE, "notebook": "notebooks/10_baseline.ipynb", "cell": "t6", "parameters": {}, "inputs": {}, "synthetic": True,
            "files": {"tables/T6.csv": "3"}, "rows": "", "models": [{"model": "m", "rows": "2-3,7"}], "pooled": ["q"],
        },
        "number a": {**LINE, "files": {}, "rows": "4"},
        "number b": {**LINE, "files": {}, "rows": "4"},
        "number c": {**LINE, "files": {}, "rows": ""},
    },
}  # fmt: skip


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "manifest.json"
    manifests.write(path, WHOLE)
    return path


def test_what_is_read_is_what_was_written(file):
    assert manifests.read(file) == WHOLE


def test_an_exhibit_has_a_line_and_numbers_of_the_same_rows_share_one(file):
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert sum("tables/T1" in line for line in lines) == 1 and sum('"a", "b"' in line for line in lines) == 1
    assert text.count("facts.csv") == 2 and text.count('"reps"') == 1  # as data and as input of the one stage that reads them
    assert text.count("src/a.py") == 1 and '"src/a.py": "1 all"' in text and '"src/b.py": "2 01_sample"' in text
    assert json.loads(text)["numbers"][0] == {"stage": "01_sample", "cell": "save", "names": ["c"]}
