"""The table of several models and the event-study plot: every printed cell and drawn point goes back to its Fit."""

import re

import numpy as np
import pandas as pd
import pytest
from adoption import COLUMNS, world
from matplotlib import pyplot

from study import exhibits, models
from study.exhibits import Text
from study.exhibits.engine.run import STAGE_FOLDER
from study.models.fit import Fit


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def fits():
    rng = np.random.default_rng(1)
    n = 300
    data = pd.DataFrame({"bank": rng.integers(0, 15, n), "x": rng.normal(size=n), "z": rng.normal(size=n)})
    data["y"] = data["x"] + rng.normal(size=n)
    data.loc[:4, "z"] = np.nan
    data["bad"] = (data["y"] > 0).astype(int)
    return [
        models.panel.fit(data, "y ~ x + z | bank", cluster="bank"),
        models.panel.fit(data, "y ~ x", cluster="bank"),
        models.discrete.fit(data, "bad ~ x + x:z"),
    ]


def made(coefficients, errors, df=10, **summary):
    terms = tuple(coefficients)
    return Fit(terms, np.array(list(coefficients.values())), np.diag(np.array(errors) ** 2.0), df, {"n_obs": 20, **summary})


def test_every_cell_is_that_of_its_fit(fits):
    table = exhibits.regression_table(fits)
    cells = table.frame("en")
    assert list(cells.columns) == ["Term", "(1) y", "(2) y", "(3) bad"]
    names = cells["Term"].tolist()
    assert [name for name in names if name] == [
        "x",
        "z",
        "x:z",
        "Constant",
        "Effects: bank",
        "N",
        "Clusters",
        "R2",
        "R2 within",
        "McFadden's R2",
        "Errors",
    ]
    for j, fit in enumerate(fits, 1):
        for term in fit.terms:
            at = names.index("Constant" if term == "Intercept" else term)
            row = fit.row(term)
            assert cells.iloc[at, j] == f"{row['estimate']:.3f}".replace("-", "\N{MINUS SIGN}")
            assert cells.iloc[at + 1, j] == f"({row['std_error']:.3f})"
        assert cells.iloc[names.index("N"), j] == str(fit.glance()["n_obs"])
    assert cells.iloc[names.index("z"), 2] == "" and cells.iloc[names.index("z") + 1, 2] == ""
    assert cells.iloc[names.index("Effects: bank"), 1:].tolist() == ["yes", "", ""]
    assert cells.iloc[names.index("Errors"), 1:].tolist() == ["CRV1 by bank", "CRV1 by bank", "inverse information"]
    assert cells.iloc[names.index("R2"), 1] == f"{fits[0].glance()['r2']:.3f}"
    assert [note.en for note in table.notes] == [
        "Standard errors in brackets below the coefficients.",
        "(1), (3): 5 rows with missing values dropped.",
    ]


def test_chinese_heads_labels_and_order(fits):
    labels = {"x": Text(en="Investment", zh="投入"), "y": Text(en="Revenue", zh="收入"), "bank": Text(en="Bank", zh="银行")}
    table = exhibits.regression_table({Text(en="Main", zh="主模型"): fits[0], "B": fits[1]}, labels=labels, terms=["z", "x"])
    assert table.frame("zh").iloc[:, 0].tolist() == ["z", "", "投入", "", "固定效应：银行", "观测数", "聚类数", "R2", "组内R2"]
    assert [c.zh for c in table.columns] == ["变量", "主模型", "B"]
    assert exhibits.regression_table(fits[:1], labels=labels).columns[1].zh.endswith("收入")
    assert exhibits.regression_table(fits[:1], drop=["z"]).frame("en")["Term"].tolist()[:3] == ["x", "", "Effects: bank"]


def test_stars_follow_the_p_that_is_printed():
    # t(10): two-sided p of 2.234 is 0.0495, which three decimals would print as 0.050; of 2.226 0.0502; of 3.2 0.0095, of 2.3 0.0442, of 1.0 0.3409
    for statistic, stars, printed in [
        (2.234, "**", "0.0495"),
        (2.226, "*", "0.050"),
        (2.3, "**", "0.044"),
        (3.2, "***", "0.009"),
        (1.0, "", "0.341"),
        (99, "***", "<0.001"),
    ]:
        cells = exhibits.regression_table([made({"x": statistic}, [1.0])], stars=True).frame("en").iloc[:, 1]
        assert (cells[0], cells[2]) == (f"{statistic:.3f}{stars}", f"p {printed}")
    assert "*" not in exhibits.regression_table([made({"x": 9.0}, [1.0])]).frame("en").iloc[0, 1]


def test_what_stands_below_and_what_is_missing():
    fit = made({"x": -0.0001, "w": 1234.5678}, [1.0, np.nan])
    cells = exhibits.regression_table([fit], below="interval").frame("en").iloc[:, 1].tolist()
    assert cells[:4] == ["0.000", "[\N{MINUS SIGN}2.228, 2.228]", "1,234.568", ""]
    assert exhibits.regression_table([fit], below="p_value").frame("en").iloc[1, 1] == "p 1.000"
    for options, said in [({"below": "t"}, "std_error"), ({"terms": ["q"]}, "'q'"), ({"drop": ["q"]}, "'q'")]:
        with pytest.raises(ValueError, match=said):
            exhibits.regression_table([fit], **options)
    with pytest.raises(ValueError, match="no fit"):
        exhibits.regression_table([])


def test_a_small_sample_of_customers_is_refused_by_the_release_check(fits):
    from study import privacy
    from study.design import load

    for n, few in ((9, True), (5000, False)):
        table = exhibits.regression_table([Fit(("x",), np.ones(1), np.eye(1), 5, {"n_obs": n})])
        said = privacy.Units.read(table.written_units())
        cells = {language: table.cells(language) for language in ("en", "zh")}
        if few:
            with pytest.raises(privacy.ReleaseRefused, match="rests on 9"):
                privacy.check_cells(cells, said, exhibit="T6", arm="berka", design=load())
        else:
            privacy.check_cells(cells, said, exhibit="T6", arm="berka", design=load())


def test_it_is_saved_in_every_format_and_language(fits, tmp_path, monkeypatch):
    monkeypatch.setenv(STAGE_FOLDER, str(tmp_path / "stage"))
    run = exhibits.start("10_baseline", arm="cn_banks", rule="strict")
    exhibits.save_table("T6", exhibits.regression_table(fits, stars=True), run=run)
    for kind in ("csv", "md", "tex", "typ", "docx"):
        assert (run.folder / "tables" / f"T6.zh.{kind}").stat().st_size > 100
    assert "观测数" in (run.folder / "tables" / "T6.zh.tex").read_text(encoding="utf-8")


def studies():
    options = {**COLUMNS, "aggregate": "event", "window": (-3, 2)}
    return {name: models.did.fit(world(), **options, estimator=name) for name in ("callaway_santanna", "imputation", "twfe")}


def test_the_frame_has_estimates_intervals_references_and_binned_ends():
    made_of = studies()
    frame = exhibits.event_study_data(made_of, level=0.9)
    for name, fit in made_of.items():
        part = frame[frame["series"] == name].set_index("event_time")
        limits = fit.confint(0.9)
        for term in fit.terms:
            time = int(re.sub("e[<>]?=", "", term))
            assert part.loc[time, ["estimate", "ci_low", "ci_high"]].tolist() == pytest.approx([fit.row(term)["estimate"], *limits.loc[term]])
        assert part.index.is_monotonic_increasing
    kinds = frame.pivot(index="event_time", columns="series", values="kind")
    assert kinds.loc[-1].to_dict() == {"callaway_santanna": "reference", "imputation": "estimate", "twfe": "reference"}
    assert kinds.loc[-3, "twfe"] == "<=" and kinds.loc[2, "twfe"] == ">="


def test_the_reference_is_that_of_the_formula():
    fit = made({"period::-3": 1.0, "period::-1": 0.5, "period::0": 2.0}, [1, 1, 1], formula="y ~ i(period, ref=-2) | bank")
    frame = exhibits.event_study_data(fit)
    assert frame["event_time"].tolist() == [-3, -2, -1, 0] and frame["kind"].tolist()[1] == "reference"
    factor = made({"C(period)[T.-2]": 1.0, "C(period)[T.0]": 2.0}, [1, 1])
    assert "reference" not in set(exhibits.event_study_data(factor)["kind"])
    assert exhibits.event_study_data(factor, reference=-1)["event_time"].tolist() == [-2, -1, 0]


def test_what_is_drawn_are_the_points_of_the_frame_side_by_side():
    made_of = studies()
    frame = exhibits.event_study_data(made_of)
    axis = exhibits.event_study_plot(made_of).axes[0]
    assert len(axis.containers) == 3
    shifts = []
    for container, name in zip(axis.containers, made_of):
        own = frame[(frame["series"] == name) & (frame["kind"] != "reference")]
        points = container.lines[0]
        shifts += {round(float(x - t), 9) for x, t in zip(points.get_xdata(), own["event_time"])}
        assert points.get_ydata() == pytest.approx(own["estimate"].to_numpy())
        ends = np.array([segment[:, 1] for segment in container.lines[2][0].get_segments()])
        assert ends == pytest.approx(own[["ci_low", "ci_high"]].to_numpy())
    assert shifts == [-0.3, 0.0, 0.3]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["callaway_santanna", "imputation", "twfe (≤\N{MINUS SIGN}3, ≥2)"]
    alone = exhibits.event_study_plot({"twfe": made_of["twfe"]}).axes[0]
    for drawn, ends in ((axis, ("\N{MINUS SIGN}3", "2")), (alone, ("≤\N{MINUS SIGN}3", "≥2"))):
        ticks = [drawn.xaxis.get_major_formatter()(time) for time in drawn.get_xticks()]
        assert (ticks[0], ticks[-1]) == ends


def test_it_serves_as_draw_of_save_figure_in_two_languages(tmp_path, monkeypatch):
    monkeypatch.setenv(STAGE_FOLDER, str(tmp_path / "stage"))
    run = exhibits.start("02_indicators", arm="cn_banks")
    fit = studies()["callaway_santanna"]
    data = exhibits.event_study_data({Text(en="Cohorts", zh="批次"): fit})
    exhibits.save_figure("F11", exhibits.event_study_plot, data, run=run)
    assert {f.name for f in (run.folder / "figures").iterdir()} == {"F11.csv", "F11.json", "F11.png", "F11.pdf", "F11.zh.png", "F11.zh.pdf"}
    assert "采用" in exhibits.event_study_plot({"a": fit}, "zh").axes[0].get_xlabel()


def test_a_fit_without_event_times_is_refused(fits):
    with pytest.raises(ValueError, match="no term with an event time"):
        exhibits.event_study_plot(fits)
    with pytest.raises(ValueError, match="no fit"):
        exhibits.event_study_data([])
