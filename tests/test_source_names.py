"""An outside data set is named in its own module and file alone; what still names one is listed here, and the list only gets shorter."""

import re

from study.design import load, root

OURS = {"own", "study", "benchmark"}
LEFT = {
    "notebooks/01_sample.ipynb",
    "notebooks/02_indicators.ipynb",
    "notebooks/02_variables.ipynb",
    "notebooks/05_scoring.ipynb",
    "notebooks/07_recommendation.ipynb",
    "notebooks/10_baseline.ipynb",
    "notebooks/18_robustness.ipynb",
    "src/study/cli/results.py",
    "src/study/design/parts.py",
    "src/study/errors.py",
    "src/study/run/ledger_page.py",
    "src/study/run/readme.py",
    "src/study/run/trace.py",
    "src/study/variables/arms.py",
    "src/study/variables/product_holdings.py",
    "src/study/variables/profile.py",
    "src/study/variables/scoring.py",
}


def naming():
    """Files of src/study (data/sources apart) and notebooks that name an outside data set."""
    design = load()
    names = (design.arms.keys() | design.sources.keys()) - OURS
    pattern = re.compile(rf"\b_?({'|'.join(sorted(names))})\b", re.IGNORECASE)
    files = [*(root() / "src" / "study").rglob("*.py"), *(root() / "notebooks").glob("*.ipynb")]
    places = {file.relative_to(root()).as_posix(): file.read_text(encoding="utf-8") for file in files}
    return {place for place, text in places.items() if not place.startswith("src/study/data/sources/") and pattern.search(text)}


def test_no_other_place_names_an_outside_data_set():
    assert sorted(naming() - LEFT) == []


def test_the_list_has_no_place_that_names_none():
    assert sorted(LEFT - naming()) == []
