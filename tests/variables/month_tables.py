"""Small tables of customers, and their customer-months worked out row by row in plain Python: no window, no join."""

from datetime import date

import numpy as np
import pandas as pd

LAST = 202412


def tables(seed=7, customers=60):
    """Customers of 2022-2024, some closed, some silent for long, with transactions and holdings."""
    rng = np.random.default_rng(seed)
    people, paid, held = [], [], []
    for customer in range(100, 100 + customers):
        opened = pd.Timestamp("2022-01-01") + pd.Timedelta(days=int(rng.integers(0, 1090)))
        closed = opened + pd.Timedelta(days=int(rng.integers(0, 700))) if rng.random() < 0.4 else None
        closed = closed if closed is not None and closed <= pd.Timestamp("2024-12-31") else None
        people.append({"customer": customer, "opened": opened, "closed": closed})
        end = closed or pd.Timestamp("2024-12-31")
        for _ in range(rng.poisson(rng.choice([0, 2, 30]))):
            day = opened + pd.Timedelta(days=int(rng.integers(0, (end - opened).days + 1)))
            amount = int(rng.integers(-50_000, 60_000))
            paid.append({"transaction": 10_000 + len(paid), "customer": customer, "date": day, "amount_cents": amount})
        for product in ("card", "loan"):
            if rng.random() < 0.5:
                start = opened + pd.Timedelta(days=int(rng.integers(0, (end - opened).days + 1)))
                stop = start + pd.Timedelta(days=int(rng.integers(0, 400))) if rng.random() < 0.5 else None
                held.append({"customer": customer, "product": product, "opened": start, "closed": stop})
    frames = [pd.DataFrame(rows).sample(frac=1, random_state=seed, ignore_index=True) for rows in (people, paid, held)]
    dated = [frame.assign(**{c: pd.to_datetime(frame[c]) for c in ("opened", "closed") if c in frame}) for frame in frames]
    return dict(zip(("customers", "transactions", "holdings"), dated))


def by_hand(customers, transactions, holdings, last=LAST, dormant_after=6):
    """The table of `customer_months.build`, one customer and month after the other."""
    rows = []
    for person in customers.sort_values("customer").itertuples():
        closing = None if pd.isna(person.closed) else person.closed.year * 100 + person.closed.month
        mine = transactions[transactions["customer"] == person.customer]
        own = [] if holdings is None else list(holdings[holdings["customer"] == person.customer].itertuples())
        months = calendar(person.opened.year * 100 + person.opened.month, closing if closing and closing < last else last)
        paid = {m: [t.amount_cents for t in mine.itertuples() if t.date.year * 100 + t.date.month == m] for m in months}
        for age, month in enumerate(months):
            line = {"customer": person.customer, "month": month, "age_months": age}
            line |= flows([paid[month]], "")
            for w in (3, 6, 12):
                line |= flows([paid[m] for m in months[max(0, age - w + 1) : age + 1]], f"_{w}")
            active = [i for i in range(age + 1) if paid[months[i]]]
            recency = age - active[-1] if active else None
            line["recency_months"] = recency
            line["dormant"] = int((recency if active else age + 1) >= dormant_after)
            line["closes"] = int(month == closing)
            line["products"] = sum(yyyymm(h.opened) <= month and not (pd.notna(h.closed) and yyyymm(h.closed) <= month) for h in own)
            line["products_opened"] = sum(yyyymm(h.opened) == month for h in own)
            line["stage"] = stage(months, paid, age, active)
            rows.append(line)
    return pd.DataFrame(rows)


def flows(months, suffix):
    amounts = [amount for month in months for amount in month]
    return {
        f"transactions{suffix}": len(amounts),
        f"inflow_cents{suffix}": sum(a for a in amounts if a > 0),
        f"outflow_cents{suffix}": -sum(a for a in amounts if a < 0),
    }


def stage(months, paid, age, active):
    """Acquisition 0, churn 4, activation 1, growth 2, else maturity 3: the first that holds."""
    if not active:
        return 0
    silent_before = len(active) > 1 and active[-1] == age and age - 1 - active[-2] >= 3  # the month of the return
    if age - active[-1] >= 3 or silent_before:
        return 4
    if age - active[0] < 3:
        return 1
    turnover = [sum(abs(a) for a in paid[m]) for m in months[: age + 1]]
    recent, before = sum(turnover[-3:]), sum(turnover[-6:-3])
    return 2 if age >= 5 and recent > before and 10 * recent >= 11 * before else 3


def calendar(first, last):
    months = []
    while first <= last:
        months.append(first)
        first = first + 1 if first % 100 < 12 else first + 89
    return months


def yyyymm(day: date) -> int:
    return day.year * 100 + day.month
