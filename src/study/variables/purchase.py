"""Loans, offers, calls and upgrades: one row each, as the models of credit and purchase take them."""

import numpy as np
import pandas as pd

from study.sample import Built

from . import profile


def loans(built: Built) -> pd.DataFrame:
    """Berka's loans: what is known at the grant, and how they stand.

    Returns
    -------
    DataFrame, one row per loan: bad (status B or D), finished (A or B: the others still run, so that their outcome is
    censored), card_first (a card was issued before the grant), ln_amount, years, payment (CZK a month), age at the
    grant, district_id, unemployment and salary (thousand CZK) of the branch's district, burden (payment over that salary)
    """
    t = built.tables
    owner = t["disp"].query("type == 'OWNER'").merge(t["client"][["client_id", "birth_year"]], on="client_id")
    owner = owner.merge(t["card"][["disp_id", "issued"]], on="disp_id", how="left").set_index("account_id")
    rows = t["loan"].merge(built.rows[["account_id", "district_id"]], on="account_id").sort_values("loan_id", ignore_index=True)
    district = t["district"].set_index("district_id").reindex(rows["district_id"])
    who = owner.reindex(rows["account_id"])
    return pd.DataFrame(
        {
            "bad": rows["status"].isin(["B", "D"]).astype(int),
            "finished": rows["status"].isin(["A", "B"]).astype(int),
            "card_first": (who["issued"].to_numpy() < rows["date"].to_numpy()).astype(int),
            "ln_amount": np.log(rows["amount_cents"] / 100),
            "years": rows["duration"] / 12,
            "payment": rows["payments_cents"] / 100_000,
            "age": rows["date"].dt.year - who["birth_year"].to_numpy(),
            "district_id": rows["district_id"],
            "unemployment": district["A13"].to_numpy(),
            "salary": district["A11"].to_numpy() / 1000,
            "burden": rows["payments_cents"].to_numpy() / 100 / district["A11"].to_numpy(),
        }
    )


def offers(built: Built) -> pd.DataFrame:
    """The lender's mailed offers with the cells of the randomisation and outcomes per customer mailed.

    Returns
    -------
    The customers and: low, med, waved2, waved3 (0/1), response and take_up in per cent, revenue and past_due in rand of
    2003 per customer mailed (0 for those who did not borrow)
    """
    rows = built.rows.reset_index(drop=True)
    dummies = {"low": rows["risk"] == "LOW", "med": rows["risk"] == "MEDIUM", "waved2": rows["wave"] == 2, "waved3": rows["wave"] == 3}
    outcomes = {
        "response": 100 * rows["applied"],
        "take_up": 100 * rows["tookup"],
        "revenue": rows["grossinterest"],
        "past_due": rows["pstdue_average"].fillna(0),
    }
    return rows.assign(**{name: flag.astype(int) for name, flag in dummies.items()}, **outcomes)


def calls(built: Built, least: int) -> pd.DataFrame:
    """The bank's calls: subscribed and mobile (0/1), the month-block, and whether the block has `least` calls of each channel.

    `duration` is left behind: it is known only after the call.
    """
    rows = built.rows.drop(columns="duration").reset_index(drop=True)
    rows.columns = [name.replace(".", "_") for name in rows.columns]
    made = rows.assign(subscribed=(rows["y"] == "yes").astype(int), mobile=(rows["contact"] == "cellular").astype(int))
    counts = made.groupby("block")["mobile"].agg(["sum", "size"])
    overlap = counts.index[(counts["sum"] >= least) & (counts["size"] - counts["sum"] >= least)]
    return made.assign(overlap=made["block"].isin(overlap).astype(int))


def upgrades(built: Built) -> pd.DataFrame:
    """The bank's upgrade offers: accepted (missing where not reached), taken (0 where not reached), reached, status offers.

    Returns
    -------
    The customers and: platinum, merit (0/1, benefits is neither), status (either of them), reached, accepted, taken
    """
    rows = built.rows.reset_index(drop=True)
    arm = rows["arm"]
    return rows.assign(
        platinum=(arm == "platinum").astype(int),
        merit=(arm == "merit").astype(int),
        status=(arm != "benefits").astype(int),
        reached=1 - rows["exclude"],
        accepted=rows["decision"],
        taken=rows["decision"].fillna(0),
    )


def savers(built: Built) -> pd.DataFrame:
    """The people of the savings experiment: their design, use of the product and answers at endline.

    Returns
    -------
    The people and: more_gambling (gambles more than before, 0/1, missing where not asked)
    """
    rows = built.rows.reset_index(drop=True)
    return rows.assign(more_gambling=profile.more_gambling(rows))
