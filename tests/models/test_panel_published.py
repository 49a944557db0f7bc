"""panel.fit against published results: Petersen's errors, Grunfeld's ten firms as clusters, Munnell's productivity panel, Wooldridge's wage panel."""

from pathlib import Path

import pandas as pd
import pytest
import statsmodels
from answers import check
from linearmodels.datasets import munnell, wage_panel
from statsmodels.datasets import grunfeld

from study import models


def test_petersens_clustered_errors():
    file = Path(statsmodels.__file__).parent / "stats" / "tests" / "test_data.txt"
    data = pd.read_csv(file, sep=r"\s+", header=None, names=["firm", "year", "x", "y"])
    assert len(data) == 5000

    def errors(**options):
        table = models.panel.fit(data, "y ~ x", **options).tidy().set_index("term")
        return table["std_error"]["Intercept"], table["std_error"]["x"]

    ols = models.panel.fit(data, "y ~ x").tidy().set_index("term")
    check("panel.petersen.ols.const", ols["estimate"]["Intercept"])
    check("panel.petersen.ols.x", ols["estimate"]["x"])
    check("panel.petersen.ols.se.const", ols["std_error"]["Intercept"])
    check("panel.petersen.ols.se.x", ols["std_error"]["x"])
    check("panel.petersen.white.const", errors(vcov="HC1")[0])
    check("panel.petersen.white.x", errors(vcov="HC1")[1])
    firm, year, both = errors(cluster="firm"), errors(cluster="year"), errors(cluster=["firm", "year"])
    check("panel.petersen.firm.const", firm[0])
    check("panel.petersen.firm.x", firm[1])
    check("panel.petersen.firm.const.r", firm[0])
    check("panel.petersen.firm.x.r", firm[1])
    check("panel.petersen.year.const", year[0])
    check("panel.petersen.year.x", year[1])
    check("panel.petersen.both.const", both[0])
    check("panel.petersen.both.x", both[1])


def test_public_capital_productivity():
    text = "np.log(GSP) ~ np.log(P_CAP) + np.log(PC) + np.log(EMP) + UNEMP | ST_ABB"
    fixed = models.panel.fit(munnell.load(), text).tidy().set_index("term")
    check("panel.munnell.fe.pcap", fixed["estimate"]["np.log(P_CAP)"])
    check("panel.munnell.fe.pcap.se", fixed["std_error"]["np.log(P_CAP)"])
    check("panel.munnell.fe.pc", fixed["estimate"]["np.log(PC)"])
    check("panel.munnell.fe.pc.se", fixed["std_error"]["np.log(PC)"])
    check("panel.munnell.fe.emp", fixed["estimate"]["np.log(EMP)"])
    check("panel.munnell.fe.emp.se", fixed["std_error"]["np.log(EMP)"])
    check("panel.munnell.fe.unemp", fixed["estimate"]["UNEMP"])
    check("panel.munnell.fe.unemp.se", fixed["std_error"]["UNEMP"])
    random = models.panel.fit(munnell.load(), f"{text} + YR", estimator="re").tidy().set_index("term")
    check("panel.munnell.re.const", random["estimate"]["Intercept"])
    check("panel.munnell.re.const.se", random["std_error"]["Intercept"])
    check("panel.munnell.re.pcap", random["estimate"]["np.log(P_CAP)"])
    check("panel.munnell.re.pcap.se", random["std_error"]["np.log(P_CAP)"])
    check("panel.munnell.re.pc", random["estimate"]["np.log(PC)"])
    check("panel.munnell.re.pc.se", random["std_error"]["np.log(PC)"])
    check("panel.munnell.re.emp", random["estimate"]["np.log(EMP)"])
    check("panel.munnell.re.emp.se", random["std_error"]["np.log(EMP)"])
    check("panel.munnell.re.unemp", random["estimate"]["UNEMP"])
    check("panel.munnell.re.unemp.se", random["std_error"]["UNEMP"])


@pytest.fixture(scope="module")
def men():
    return wage_panel.load()


def test_wages_of_young_men(men):
    constant = "educ + black + hisp + exper + expersq + married + union + C(year)"
    pooled = models.panel.fit(men, f"lwage ~ {constant}").tidy().set_index("term")
    random = models.panel.fit(men, f"lwage ~ {constant} | nr + year", estimator="re").tidy().set_index("term")
    fixed = models.panel.fit(men, "lwage ~ expersq + married + union + C(year) | nr").tidy().set_index("term")
    check("panel.wagepan.pooled.married", pooled["estimate"]["married"])
    check("panel.wagepan.pooled.married.se", pooled["std_error"]["married"])
    check("panel.wagepan.pooled.union", pooled["estimate"]["union"])
    check("panel.wagepan.pooled.union.se", pooled["std_error"]["union"])
    check("panel.wagepan.re.married", random["estimate"]["married"])
    check("panel.wagepan.re.married.se", random["std_error"]["married"])
    check("panel.wagepan.re.union", random["estimate"]["union"])
    check("panel.wagepan.re.union.se", random["std_error"]["union"])
    check("panel.wagepan.fe.married", fixed["estimate"]["married"])
    check("panel.wagepan.fe.married.se", fixed["std_error"]["married"])
    check("panel.wagepan.fe.union", fixed["estimate"]["union"])
    check("panel.wagepan.fe.union.se", fixed["std_error"]["union"])


def test_few_clusters_grunfelds_ten_firms():
    """Ten clusters: G/(G-1) (N-1)/(N-k) without the nested effects, and p from t(9)."""
    data = grunfeld.load_pandas().data
    data = data[data["firm"] != "American Steel"]

    def table(effects):
        fit = models.panel.fit(data, f"invest ~ value + capital{effects}", cluster="firm")
        assert fit.glance()["n_clusters"] == 10
        return fit.tidy().set_index("term")

    firm, two, pooled = table(" | firm"), table(" | firm + year"), table("")
    check("panel.grunfeld.firm.se.value", firm["std_error"]["value"])
    check("panel.grunfeld.firm.se.capital", firm["std_error"]["capital"])
    check("panel.grunfeld.firm.p.value", firm["p_value"]["value"])
    check("panel.grunfeld.two.se.value", two["std_error"]["value"])
    check("panel.grunfeld.two.se.capital", two["std_error"]["capital"])
    check("panel.grunfeld.two.p.value", two["p_value"]["value"])
    check("panel.grunfeld.two.p.capital", two["p_value"]["capital"])
    check("panel.grunfeld.pooled.se.const", pooled["std_error"]["Intercept"])
    check("panel.grunfeld.pooled.se.value", pooled["std_error"]["value"])
    check("panel.grunfeld.pooled.se.capital", pooled["std_error"]["capital"])
    check("panel.grunfeld.pooled.p.capital", pooled["p_value"]["capital"])
