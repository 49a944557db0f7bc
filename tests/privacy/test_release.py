"""The check before publication: results that show a customer are refused, with exhibit, cell and rule; others pass."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot

from study import exhibits, privacy
from study.design import DesignError, load, root
from study.design.protection import Place, Public
from study.exhibits import Text, Units
from study.exhibits.engine.run import Run, write_json
from study.privacy import release
from study.run import PublishError, manifests, publish, record

ARM = "status_goods"


def design(**changes):
    """The design with exhibits of 01_sample built for the arm, and changes of what its file says of privacy."""
    plan = load()
    built = {
        id_: plan.exhibits[id_].model_copy(update={"notebook": "01_sample", "arms": {ARM: "built"}, "makers": {ARM: "01_sample"}})
        for id_ in ("T1", "T3", "F9")
    }
    entry = plan.privacy[ARM].model_copy(update=changes)
    return replace(plan, exhibits={**plan.exhibits, **built}, privacy={**plan.privacy, ARM: entry})


@pytest.fixture
def run(tmp_path):
    return Run("01_sample", ARM, {"arm": ARM}, {}, tmp_path, design())


@pytest.fixture(scope="module")
def customers():
    """Cards and answers of 600 generated customers, three of them gold holders who accepted."""
    rng = np.random.default_rng(20)
    table = pd.DataFrame({"card": rng.choice(["classic", "silver"], 540), "accepted": rng.choice(["no", "yes"], 540, p=[0.8, 0.2])})
    gold = pd.DataFrame({"card": "gold", "accepted": ["yes"] * 3 + ["no"] * 57})
    return pd.concat([table, gold], ignore_index=True).assign(customer=lambda t: 500_000 + 7 * t.index, age=lambda t: 20 + t.index % 60)


def cross(customers, hide):
    counts = pd.crosstab(customers["card"], customers["accepted"])
    printed = privacy.cells(counts) if hide else counts.map(str)
    rows = [[label, *line] for label, line in zip(printed.index, printed.to_numpy().tolist())]
    columns = ["Card", *map(str, printed.columns)]
    return exhibits.table(columns, rows, units=Units(counts=range(1, len(columns))))


def draw(data, language):
    figure, axis = pyplot.subplots()
    axis.plot(data.iloc[:, 0], data.iloc[:, -1])
    return figure


def table_files(run, cells, units, id_="T1", suffix=""):
    """Table files as `save_table` leaves them, without its own check."""
    folder = run.folder / "tables"
    folder.mkdir(exist_ok=True)
    cells.to_csv(folder / f"{id_}{suffix}.csv", index=False)
    write_json(folder / f"{id_}.json", {"units": units and units.written(range(len(cells.columns)), range(len(cells)))})


def test_a_cell_of_three_is_refused_and_passes_once_it_is_hidden_with_its_complement(run, customers):
    with pytest.raises(privacy.ReleaseRefused, match="T1, row 'gold', column 'yes': counts 3, fewer than 10 customers; withhold it"):
        exhibits.save_table("T1", cross(customers, hide=False), run=run)
    assert not (run.folder / "tables").exists()
    exhibits.save_table("T1", cross(customers, hide=True), run=run)
    privacy.check_release(run.folder, ARM, run.design)


def test_the_files_are_checked_again_whoever_wrote_them(run, customers):
    exhibits.save_table("T1", cross(customers, hide=True), run=run)
    file = run.folder / "tables" / "T1.zh.csv"
    file.write_text(file.read_text().replace("[c]", "3", 1))
    with pytest.raises(privacy.ReleaseRefused, match="counts 3, fewer than 10"):
        privacy.check_release(run.folder, ARM, run.design)


def test_a_figure_with_customers_rows_is_refused_and_passes_as_groups(run, customers):
    rows = customers[["customer", "age"]]
    with pytest.raises(privacy.ReleaseRefused, match="F9: 600 rows; more than 500 are no groups"):
        exhibits.save_figure("F9", draw, rows, run=run, units=Units())
    with pytest.raises(privacy.ReleaseRefused, match="F9, column 'customer': 50 long numbers that all differ look like identifiers"):
        exhibits.save_figure("F9", draw, rows.head(50), run=run, units=Units())
    ages = privacy.age_bands(customers["age"]).value_counts(sort=False).rename_axis("band").rename("customers").reset_index()
    exhibits.save_figure("F9", draw, ages.astype({"band": str}), run=run, units=Units(counts={"customers"}))
    privacy.check_release(run.folder, ARM, run.design)


def test_as_many_rows_as_the_source_has_customers_are_refused(tmp_path):
    folder = tmp_path / "figures"
    folder.mkdir()
    pd.DataFrame({"deposits": range(311)}).to_csv(folder / "F8.csv", index=False)
    with pytest.raises(privacy.ReleaseRefused, match=r"F8: 311 rows, as many as people \(311\): one row per customer is not published"):
        privacy.check_release(tmp_path, "akiba", load())


def test_identifying_columns_pseudonyms_and_texts_are_refused_and_never_shown(run):
    def refused(**columns):
        with pytest.raises(privacy.ReleaseRefused) as caught:
            exhibits.save_figure("F9", draw, pd.DataFrame(columns), run=replace(run, design=design(identifiers=("Survey ID",))), units=Units())
        return str(caught.value)

    assert "column 'surveyid': identifies customers in the source; leave it out" in refused(surveyid=["a"], n=[1])
    name = privacy.pseudonym("7", b"k" * 32)
    assert "column 'who': 1 pseudonyms" in refused(who=[name]) and name not in refused(who=[name])
    text = refused(remark=["call 13800138000"])
    assert "1 row with a mobile telephone number" in text and "13800138000" not in text


def test_months_and_declared_sums_are_no_identifiers(run):
    months = [f"{year}{month:02d}" for year in (2020, 2021) for month in range(1, 13)]
    data = pd.DataFrame({"month": months, "customers": [100_000 + 17 * i for i in range(24)]})
    exhibits.save_figure("F9", draw, data, run=run, units=Units(counts={"customers"}))


@pytest.mark.parametrize("head", ["N", "Customers", "样本量"])
def test_a_table_that_says_nothing_is_refused_and_a_head_that_counts_must_be_named(run, head):
    table = exhibits.table(["Group", Text(en=head, zh=head)], [["a", "50"]])
    with pytest.raises(privacy.ReleaseRefused, match="T1: says nothing of units; say which columns count customers"):
        exhibits.save_table("T1", table, run=run)
    with pytest.raises(privacy.ReleaseRefused, match=f"T1, column '{head}': is headed as a count; name it in Units"):
        exhibits.save_table("T1", replace(table, units=Units()), run=run)


CASES = [
    (["Group", "N", "Rate, %"], ["gold", "8", "25.0"], Units(counts={1}, bases={2: 1}), "column 'Rate, %': its base is 8"),
    (["Group", "N", "Rate, %"], ["gold", "[c]", "25.0"], Units(counts={1}, bases={2: 1}), "its base is withheld or missing"),
    (["Group", "N", "Rate, %"], ["gold", "400", "1.0"], Units(counts={1}, bases={2: 1}), "1.0 of 400 gives back a count of 4"),
    (["Group", "N", "Stayed"], ["gold", "400", "99.0%"], Units(counts={1}, bases={2: 1}), "99.0% of 400 gives back a count of 4"),
    (["Group", "N", "Rate, %"], ["gold", "400", "30.0"], Units(counts={1}), "column 'Rate, %': shows shares; name their base"),
    (["Group", "N", "Share"], ["gold", "400", "0.01"], Units(counts={1}, bases={2: 1}), "0.01 of 400 gives back a count of 4"),
    (["Variable", "Max"], ["income", "4,500"], Units(), "column 'Max': shows single customers; name it in Units"),
    (["Variable", "Max"], ["income", "4,500"], Units(extremes={1}), "row 'income', column 'Max': is an extreme; say in Units"),
    (["Variable", "Max"], ["income", "4,500"], Units(extremes={1}, behind={(0, 1): 1}), "an extreme that 1 customer has; print privacy.trimmed"),
    (["Group", "Mean"], ["gold", "3.2"], Units(behind={(0, 1): 4}), "column 'Mean': rests on 4, fewer than 10 customers"),
    (["Group", "Customers"], ["gold", "3.5"], Units(counts={1}), "'3.5' is not a whole number, and its column is said to count"),
]


@pytest.mark.parametrize(("columns", "row", "units", "message"), CASES)
def test_each_rule_names_its_cell(run, columns, row, units, message):
    table_files(run, pd.DataFrame([row], columns=columns), units)
    with pytest.raises(privacy.ReleaseRefused) as caught:
        privacy.check_release(run.folder, ARM, run.design)
    assert message in str(caught.value) and "status_goods can not be published" in str(caught.value)


FINE = [
    (["Group", "N", "Rate, %"], ["gold", "400", "30.0"], Units(counts={1}, bases={2: 1})),
    (["Group", "N", "Interest, %"], ["gold", "0", "7.5"], Units(counts={1}, bases={2: None})),
    (["Group", "N", "Rate, %"], ["gold", "[c]", "[c]"], Units(counts={1}, bases={2: 1})),
    (["Variable", "Max"], ["income", "30"], Units(extremes={1}, behind={(0, 1): 12})),
    (["Model", "N"], ["(1)", "1,260 (835 reached)"], Units(counts={1})),
]


@pytest.mark.parametrize(("columns", "row", "units"), FINE)
def test_what_shows_nobody_passes(run, columns, row, units):
    table_files(run, pd.DataFrame([row], columns=columns), units)
    privacy.check_release(run.folder, ARM, run.design)


def steps(*rows):
    return pd.DataFrame(rows, columns=["Step", "Before", "Dropped", "Left"])


def test_a_hidden_step_that_subtraction_gives_back_is_refused(run):
    table_files(run, steps(["all", "500", "[c]", "496"], ["old", "496", "96", "400"]), Units.steps([[0, 1]]))
    with pytest.raises(privacy.ReleaseRefused, match="row 'all', column 'Dropped': is withheld, but follows from the cells"):
        privacy.check_release(run.folder, ARM, run.design)
    # 496 is also what the next step begins with, so it must go from both rows: then nothing follows.
    table_files(run, steps(["all", "500", "[c]", "[c]"], ["old", "496", "96", "400"]), Units.steps([[0, 1]]))
    with pytest.raises(privacy.ReleaseRefused, match="follows from"):
        privacy.check_release(run.folder, ARM, run.design)
    table_files(run, steps(["all", "500", "[c]", "[c]"], ["old", "[c]", "[c]", "400"]), Units.steps([[0, 1]]))
    privacy.check_release(run.folder, ARM, run.design)


def test_samples_inside_one_another_that_nearly_agree_are_refused(run):
    nested = (((1, 1), (0, 1)),)
    table_files(run, pd.DataFrame([["all", "500"], ["with age", "496"]], columns=["Sample", "N"]), Units(counts={1}, nested=nested))
    with pytest.raises(privacy.ReleaseRefused, match="row 'with age', column 'N': differs by 4 from the sample around it"):
        privacy.check_release(run.folder, ARM, run.design)


def test_sums_that_do_not_add_up_are_refused(run):
    table_files(run, steps(["all", "500", "50", "440"]), Units.steps([[0]]))
    with pytest.raises(privacy.ReleaseRefused, match="row 'all', column 'Before': is 500, its parts add up to 490"):
        privacy.check_release(run.folder, ARM, run.design)


def test_numbers_say_how_many_customers_they_rest_on(run):
    with pytest.raises(privacy.ReleaseRefused, match="number 'a': says nothing of units; say behind="):
        exhibits.save_number("a", 0.5, run=run, meaning="a rate")
    with pytest.raises(privacy.ReleaseRefused, match="number 'b': rests on 7, fewer than 10 customers"):
        exhibits.save_number("b", 7, run=run, meaning="accepted the discount", behind=7)
    with pytest.raises(privacy.ReleaseRefused, match="number 'c': 1.00 of 400 gives back a count of 4"):
        exhibits.save_number("c", 1, run=run, meaning="a rate", unit="%", behind=400)
    exhibits.save_number("d", 21, run=run, meaning="take-up", unit="%", behind=281)
    privacy.check_release(run.folder, ARM, run.design)


def test_what_the_provider_has_published_passes_cell_by_cell(run):
    cells = pd.DataFrame([["accepted", "7"], ["again", "6"]], columns=["Answer", "Customers"])
    table_files(run, cells, Units(counts={1}))
    table_files(run, cells.set_axis(["回答", "客户数"], axis=1).replace({"accepted": "接受", "again": "再次"}), Units(counts={1}), suffix=".zh")
    listed = Public(exhibit="T1", cells=(Place(row="accepted", column="Customers"),), source="the article, table 2")
    with pytest.raises(privacy.ReleaseRefused) as caught:
        privacy.check_release(run.folder, ARM, design(public=(listed,)))
    assert "'accepted'" not in str(caught.value) and "接受" not in str(caught.value) and "'again'" in str(caught.value)
    whole = Public(exhibit="T1", source="the article, table 2")
    privacy.check_release(run.folder, ARM, design(public=(whole,)))


def test_other_files_and_lines_of_customers_are_refused(run):
    (run.folder / "tables").mkdir()
    (run.folder / "tables" / "T1.parquet").write_bytes(b"PAR1")
    write_json(run.folder / "manifest.json", {"exhibits": {"T3": {"rows": "1-7,9", "models": []}}})
    with pytest.raises(privacy.ReleaseRefused) as caught:
        privacy.check_release(run.folder, ARM, run.design)
    assert "T1.parquet: a file of kind '.parquet' can not be checked" in str(caught.value)
    assert "T3: the manifest lists lines of the customers' file" in str(caught.value)


def test_arms_without_persons_are_not_held_up(run):
    table_files(run, pd.DataFrame([["ICBC", "3"]], columns=["Bank", "N"]), None)
    for arm in ("cn_banks", "findex", "benchmark", "study"):
        privacy.check_release(run.folder, arm, load())


def test_a_refused_run_leaves_the_published_results(tmp_path, monkeypatch, customers):
    plan = design()
    monkeypatch.setattr(release, "load", lambda: plan)
    monkeypatch.setattr(publish, "load", lambda: replace(plan, exhibits={"T1": plan.exhibits["T1"]}))

    class Planned:
        arm, parameters, folder, results = ARM, {"01_sample": {}}, tmp_path / "run", tmp_path / "results" / ARM

    stage = Planned.folder / "stages" / "01_sample"
    stage.mkdir(parents=True)
    saved = Run("01_sample", ARM, {"arm": ARM}, {}, stage, plan)
    exhibits.save_table("T1", cross(customers, hide=True), run=saved)
    manifest = stage / "manifest.json"
    present = {"parameters": {}, "files": {}, "packages": {}, "data": {}}
    monkeypatch.setattr(record, "present", lambda arm, stage, parameters: present)
    write_json(manifest, {"version": manifests.VERSION, "record": present, "exhibits": json.loads(manifest.read_text())})
    publish.publish(Planned)
    before = {f.name: f.read_bytes() for f in Planned.results.rglob("*") if f.is_file()}
    file = stage / "tables" / "T1.csv"
    file.write_text(file.read_text().replace("[c]", "3", 1))
    with pytest.raises(PublishError, match="(?s)counts 3, fewer than 10.*is as it was"):
        publish.publish(Planned)
    assert before == {f.name: f.read_bytes() for f in Planned.results.rglob("*") if f.is_file()}


@pytest.mark.parametrize(
    ("arm", "old", "new", "message"),
    [
        (
            "own",
            "customers of the reader's bank\"",
            'mine"\n  public: [{exhibit: T1, source: "us"}]',
            "'own' can not list anything as public already",
        ),
        ("own", "privacy:\n  persons: true", "privacy:\n  persons: false", "'own' can not list anything as public already or without persons"),
        ("akiba", "units: [people,", "units: [persons,", "'akiba' names 'persons', which is not defined; there are 20"),
        (
            "uci_marketing",
            "units: [calls,",
            'public: [{exhibit: T99, source: "x"}]\n  units: [calls,',
            "'uci_marketing' names 'T99', which is not defined",
        ),
        ("uci_marketing", "units: [calls,", 'public: [{source: "x"}]\n  units: [calls,', "give one of exhibit .* and number"),
        ("uci_marketing", "units: [calls,", "least: 3\n  units: [calls,", "least: Input should be greater than or equal to 10"),
    ],
)
def test_faults_of_the_design_file_are_named(tmp_path, arm, old, new, message):
    design = Path(shutil.copytree(root() / "design", tmp_path / "design"))
    path = design / "sources" / f"{arm}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DesignError, match=rf"design/sources/{arm}.yaml:\d+: .*{message}"):
        load(design)
