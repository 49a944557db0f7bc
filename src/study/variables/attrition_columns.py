"""Columns of the BankChurners teaching data by when they are measured."""

# Measured over the twelve months (or at the end of the months) in which the customers leave: a customer who has
# left in month 6 has no transactions after it. In the order in which the lesson takes them out.
WINDOW = {
    "transactions": ("Total_Trans_Amt", "Total_Trans_Ct"),
    "changes": ("Total_Amt_Chng_Q4_Q1", "Total_Ct_Chng_Q4_Q1"),
    "balances": ("Total_Revolving_Bal", "Avg_Utilization_Ratio", "Avg_Open_To_Buy"),
    "contacts": ("Months_Inactive_12_mon", "Contacts_Count_12_mon"),
    "products": ("Total_Relationship_Count",),
}
# Fixed, or nearly so, before a customer could leave
STATIC = (
    "Customer_Age",
    "Gender",
    "Dependent_count",
    "Education_Level",
    "Marital_Status",
    "Income_Category",
    "Card_Category",
    "Months_on_book",
    "Credit_Limit",
)
