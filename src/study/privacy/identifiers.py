"""Direct identifiers in texts: telephones, cards, accounts, e-mail addresses, identity cards. Values are never shown."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

EDGE, END = r"(?<![0-9A-Za-z.])", r"(?![0-9A-Za-z]|\.[0-9])"
MOBILE = r"(?:(?:\+|00)?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}"  # of China
LANDLINE = r"0[0-9]{2,3}-[0-9]{7,8}"  # of China
ABROAD = r"(?<![0-9A-Za-z])\+[1-9][0-9]{0,2}(?:[ -]?\(?[0-9]{2,4}\)?){3,4}"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, ISO 7064 MOD 11-2
CHECK_LETTERS = "10X98765432"
LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


@dataclass(frozen=True)
class Found:
    """What was found in a column: its kind, in how many rows, and the first of them; never the value.

    Parameters
    ----------
    kind : a key of KINDS
    rows : rows with at least one
    first : index of the first such row
    """

    kind: str
    rows: int
    first: Any

    def __str__(self) -> str:
        return f"{self.rows} row{'s' if self.rows > 1 else ''} with {KINDS[self.kind].what} (first: {self.first})"


@dataclass(frozen=True)
class Kind:
    """A kind of identifier: what it is called, its pattern, the arithmetic that tells it from other digits, and a
    cheap pattern without which the text has none of it."""

    what: str
    pattern: re.Pattern
    valid: Callable[[str], bool] = lambda text: True
    hint: re.Pattern = re.compile("[0-9]")


def is_identity_card(text: str) -> bool:
    """True for a Chinese identity number: 17 digits with a date of birth, and the check letter."""
    month, day = int(text[10:12]), int(text[12:14])
    if not (text[6:8] in ("18", "19", "20") and 1 <= month <= 12 and 1 <= day <= 31):
        return False
    return CHECK_LETTERS[sum(w * int(d) for w, d in zip(WEIGHTS, text)) % 11] == text[17].upper()


def is_card(text: str) -> bool:
    """True for a card number: 13 to 19 digits of a card network that satisfy Luhn's rule (ISO/IEC 7812)."""
    digits = [int(d) for d in text if d.isdigit()]
    if not 13 <= len(digits) <= 19 or digits[0] not in (3, 4, 5, 6):
        return False
    return luhn("".join(map(str, digits)))


def luhn(digits: str) -> bool:
    """Luhn's rule: every second digit from the right doubled, digits added, a multiple of ten."""
    total = sum(int(d) if i % 2 == 0 else LUHN_DOUBLED[int(d)] for i, d in enumerate(reversed(digits)))
    return total % 10 == 0


def is_iban(text: str) -> bool:
    """True for an international account number: letters as numbers, remainder 1 by 97 (ISO 13616)."""
    plain = re.sub(r"[ -]", "", text).upper()
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1


KINDS = {
    "e-mail": Kind("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), hint=re.compile("@")),
    "iban": Kind(
        "an international account number",
        re.compile(EDGE + r"[A-Za-z]{2}[0-9]{2}(?:[ -]?[0-9A-Za-z]{2,4}){3,8}" + END),
        is_iban,
        re.compile("[A-Za-z]{2}[0-9]{2}"),
    ),
    "identity card": Kind("an identity card number", re.compile(EDGE + r"[1-9][0-9]{16}[0-9Xx]" + END), is_identity_card),
    "card": Kind("a card number", re.compile(EDGE + r"[0-9](?:[ -]?[0-9]){12,18}" + END), is_card),
    "mobile": Kind("a mobile telephone number", re.compile(EDGE + MOBILE + END)),
    "telephone": Kind("a telephone number", re.compile(f"(?:{ABROAD}|{EDGE}{LANDLINE}){END}"), hint=re.compile("[+-]")),
    "account": Kind("a run of 12 or more digits, as of an account", re.compile(EDGE + r"[0-9]{12,}" + END)),
}


def kinds_in(text: str) -> set[str]:
    """The kinds of identifiers in one text; digits counted for one kind are not counted for a later one."""
    found, left = set(), text if text.isascii() else unicodedata.normalize("NFKC", text)
    for name, kind in KINDS.items():
        if not kind.hint.search(left):
            continue
        for match in kind.pattern.finditer(left):
            if kind.valid(match.group()):
                found.add(name)
                left = left[: match.start()] + "#" * len(match.group()) + left[match.end() :]
    return found


def find(values: pd.Series) -> list[Found]:
    """The identifiers in a column of texts or whole numbers.

    Parameters
    ----------
    values : texts, whole numbers, or floats that are whole (as a file with gaps is read)

    Returns
    -------
    list of Found, one per kind, most frequent first; empty if there is none
    """
    texts = _texts(values)
    likely = texts[texts.str.contains("@|[0-9０-９](?:[^0-9０-９]?[0-9０-９]){7}", regex=True)]
    kinds = {text: kinds_in(text) for text in likely.unique()}
    rows: dict[str, list] = {}
    for index, text in likely.items():
        for kind in kinds[text]:
            rows.setdefault(kind, []).append(index)
    found = [Found(kind, len(indices), indices[0]) for kind, indices in rows.items()]
    return sorted(found, key=lambda f: (-f.rows, f.kind))


def _texts(values: pd.Series) -> pd.Series:
    """The values as texts without the missing ones; numbers with decimals are no identifiers."""
    present = values.dropna()
    if pd.api.types.is_bool_dtype(present) or pd.api.types.is_datetime64_any_dtype(present):
        return present.iloc[:0].astype(str)
    if pd.api.types.is_float_dtype(present):
        whole = present[(present % 1 == 0) & (present.abs() < 2**63)]
        return whole.astype("int64").astype(str)
    return present.astype(str)
