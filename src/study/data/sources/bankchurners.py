"""Reader of BankChurners, teaching data of unknown origin: one row per card customer."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from study.design import relative

from .. import tables
from ..columns import number, one_of, row_numbers, schema, whole
from ..errors import report, validate

TEXT = pa.Column(str)
LEAK = "Naive_Bayes_Classifier_Attrition_Flag_Card_Category_Contacts_Count_12_mon_Dependent_count_Education_Level_Months_Inactive_12_mon"
NOT_READ = ("CLIENTNUM", f"{LEAK}_1", f"{LEAK}_2")  # an identifier, and another model's predictions of the outcome
COLUMNS = {
    "Attrition_Flag": one_of("Existing Customer", "Attrited Customer"),
    "Customer_Age": whole(15, 110),
    "Gender": one_of("M", "F"),
    "Dependent_count": whole(0, 20),
    "Education_Level": TEXT,
    "Marital_Status": TEXT,
    "Income_Category": TEXT,
    "Card_Category": one_of("Blue", "Silver", "Gold", "Platinum"),
    "Months_on_book": whole(0, 600),
    "Total_Relationship_Count": whole(0, 20),
    "Months_Inactive_12_mon": whole(0, 12),
    "Contacts_Count_12_mon": whole(0, 100),
    "Credit_Limit": number(0, 1e6),
    "Total_Revolving_Bal": whole(0, 10**6),
    "Avg_Open_To_Buy": number(0, 1e6),
    "Total_Amt_Chng_Q4_Q1": number(0, 100),
    "Total_Trans_Amt": whole(0, 10**7),
    "Total_Trans_Ct": whole(0, 10**5),
    "Total_Ct_Chng_Q4_Q1": number(0, 100),
    "Avg_Utilization_Ratio": number(0, 1),
}


def provided(files: Mapping[str, Path]) -> dict[str, pd.DataFrame]:
    """The customers, checked and typed, without identifier and without the two leaked columns.

    Parameters
    ----------
    files : "customers" -> the csv file

    Returns
    -------
    {"customers": DataFrame, the provider's columns and `left` (1 if attrited) in place of the flag}

    Raises
    ------
    DataError listing the faults.
    """
    texts = tables.texts(files["customers"], [*COLUMNS, *NOT_READ])
    frame, faults = validate(texts[list(COLUMNS)], schema(COLUMNS))
    report(relative(files["customers"]), faults)
    left = (frame["Attrition_Flag"] == "Attrited Customer").astype(int)
    return {"customers": frame.drop(columns="Attrition_Flag").assign(left=left).reset_index(drop=True)}


def model(provided: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The customers; all but sex, age, dependants, credit limit and having left keep the provider's names."""
    c = provided["customers"]
    named = {"sex": c["Gender"].map({"F": "woman", "M": "man"}), "age": c["Customer_Age"], "dependants": c["Dependent_count"]}
    named |= {"credit_limit": c["Credit_Limit"], "left": c["left"]}
    more = c.drop(columns=["Gender", "Customer_Age", "Dependent_count", "Credit_Limit", "left"])
    return {"customers": pd.DataFrame({"customer_id": row_numbers(c), **named, **more})}


def figures(provided: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """The counts of SOURCE.md, from the table."""
    return {"customers": len(provided["customers"]), "attrited": provided["customers"]["left"].sum()}
