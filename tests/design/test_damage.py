"""Every value of every design file, damaged one at a time, is refused with file and line, or taken for a stated reason."""

import copy
import dataclasses
import importlib
import re
import shutil

import pytest

from study.design import DesignError, load, parts, references, root

loading = importlib.import_module("study.design.load")
FILES = sorted(loading.FILES)
TYPED = [name for name in FILES if name != "given_settings"]  # those have the types that questions declare: test_settings.py
WRONG = [None, True, -123456789, 1.5, float("nan"), "", "zz_undefined", [], ["zz_undefined"], {}, {"zz_undefined": 1}]

# Texts that stand for themselves: prose, codes and names that no design file defines. All other texts are refused when unknown.
FREE = {
    "a text in two languages": r".*\.(en|zh)",
    "prose or a formula of a margin": r"hypotheses\.(treatment|outcome|population|margin)|privacy\.(why|public\.source|public\.cells\.\w+|public\.number)",
    "what tables and columns of a provider are": r"filled\.(note|filled\.extra\.(meaning|provider))",
    "unit of a parameter": r"questions\.parameters\.unit",
    "columns or codes that a setting takes where a data set says nothing": r"questions\.settings\.default",
    "where a source comes from": r"sources\.(provider|licence|citation|files\.forms\.(name|what)|files\.download\.(form|inside)|expected\.(what|printed))|variables\.source",
    "columns and codes of the data": r"privacy\.identifiers|samples\.(kinds|set_aside_kinds)|tables\.columns\.choices|steps\.keep\.(equals|differs|where)|definitions\.series|experiments\.(arm|control|strata|observed|baseline|contrasts|families)",
    "patterns of files": r"tolerances\.files",
    "choices of a parameter that are its own": r"questions\.parameters\.choices",
    "parts of the paper and of a panel, and a question that is not asked yet": r"exhibits\.(section|notebook)|models\.panel",
    "files and functions, looked for by tests/design/test_systems.py": r"systems\.(code|tests)",
}


@pytest.fixture(scope="module")
def read():
    """What is written in each part of the design."""
    return parts.read(root() / "design", FILES)


def places(value, where=()):
    """Every place of a nested value, the whole entries included."""
    if where:
        yield where, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*where, key))


def put(value, where, new):
    """A copy of a nested value with another at one place; without it where `new` is `...`."""
    value = copy.copy(value)
    if len(where) == 1 and new is ...:
        del value[where[0]]
    else:
        value[where[0]] = put(value[where[0]], where[1:], new) if where[1:] else new
    return value


def check(name, where, part, new):
    """Read the entry with another value at one place, whose inner places are then gone, or without it."""
    inner = {place for place in part.places if place[: len(where)] == where and place != where} if isinstance(new, dict | list) else ()
    known = {place: line for place, line in part.places.items() if place not in inner}
    return loading._entry(loading.FILES[name], where[0], parts.Part(part.home, put(part.content, where, new), known))


def is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def reason(name, where, old, new, part):
    """Why a damaged value may be taken, or None."""
    if is_number(old) and is_number(new):
        return "another number"
    if isinstance(old, bool) and isinstance(new, bool):
        return "the other truth value"
    if isinstance(old, str) and isinstance(new, str) and new:
        return "another text"  # what is named is checked below
    if name == "steps" and isinstance(old, str | int) and isinstance(new, str | int):
        return "another value of a column, which may be a text or a number"
    if (name, where[-1]) in (("filled", "may_miss"), ("steps", "where")) and isinstance(new, dict) and new:
        return "names of columns, whose names are checked below"
    if name == "questions" and where[1::2] == ("settings", "default") and type(old) is type(new) and (not new or not old):
        return "a default that says none, or one in its place"
    if isinstance(old, list) and isinstance(new, list) and new and all(isinstance(item, str) for item in old):
        return "another list of texts"
    if new is None and len(where) > 1:
        try:
            check(name, where, part, ...)
            return "null says that an optional key is left out"
        except DesignError:
            return None
    if (name, where[-1], new) == ("samples", "set_aside_kinds", []):
        return "a rule that sets no kind of source aside says so"
    return None


@pytest.mark.parametrize("name", TYPED)
def test_a_value_of_another_type_is_refused_with_its_line(name, read):
    part = read[name]
    refused = 0
    for where, old in places(part.content):
        for new in WRONG:
            if type(new) is type(old) and new == old or where not in part.places:  # what an entry is given by the name of its file
                continue
            try:
                check(name, where, part, new)
            except DesignError as error:
                refused += 1
                file, line, _ = str(error).split(":", 2)
                around = [part.places[where[:end]] for end in range(1, len(where) + 1)]
                assert (file.removeprefix("design/"), int(line)) in around, (where, new, str(error))
            else:
                assert reason(name, where, old, new, part), (where, old, new)
    assert refused > 4 * len(part.content)


def pattern(name, where):
    """The place without ids and positions: runs.parameters.unit."""
    kind, words = loading.FILES[name], []
    for key in where[1:]:
        if isinstance(key, str) and key in loading._fields(kind, list(where[1 : where.index(key, 1)])):
            words.append(key)
    return ".".join([name, *words])


@pytest.mark.parametrize("name", TYPED)
def test_a_name_that_is_not_defined_is_refused(name, read):
    part = read[name]
    design, seen = load(), set()
    for where, old in places(part.content):
        place = pattern(name, where)
        if not isinstance(old, str) or place in seen:
            continue
        seen.add(place)
        try:
            entry = check(name, where, part, "zz_undefined")
        except DesignError:
            continue
        damaged = dataclasses.replace(design, **{name: {**getattr(design, name), where[0]: entry}})
        unknown = [found for _, _, found, allowed in references.named(damaged) if found == "zz_undefined" and found not in allowed]
        free = [why for why, pattern_ in FREE.items() if re.fullmatch(pattern_, place)]
        assert bool(unknown) != bool(free), (place, where, unknown, free)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(root() / "design", tmp_path / "design")


WHOLE = [
    ("sources/berka", "kind: real", "kind: reel", "kind: 'reel' is not allowed; did you mean 'real'?"),
    (
        "questions",
        "      arms: [status_goods]",
        "      arms: [status_gods]",
        "names 'status_gods', which is not defined; did you mean 'status_goods'?",
    ),
    ("questions", "default: akiba\n", "default: akibba\n", "'04_segments' names 'akibba', which is not defined; did you mean 'akiba'?"),
    ("questions", "default: akiba\n", "default: findex\n", "'findex' can not answer the question '04_segments'; these can: kz_lender, akiba, berka"),
    ("questions", "    rule: &rule", "    arm: &rule", "parameters: the data sets of a question follow from its needs; leave 'arm' out"),
    ("questions", "\n02_variables:", "\n01_sample:", "'01_sample' is defined twice (first in line 10)"),
    ("questions", "    T3:\n", "    T1:\n", "'T1' is also in design/questions.yaml:"),
    ("questions", "    T3:\n", "    T7:\n", "'T7' is also in design/exhibits.yaml:3; one question says its title"),
    ("questions", "      only: [kz_lender, uci_marketing]", "      only: [kz_lender, findex]", "'F14' names 'findex', which is not defined"),
    ("questions", "      minimum: 10\n      maximum: 40", "      minimum: 40\n      maximum: 10", "the minimum 40 is above the maximum 10"),
    ("questions", "      default: 20\n", "      default: 20.5\n", "the default 20.5 is not of type int"),
    ("questions", "      default: 20\n", "      default: '20'\n", "the default '20' is not of type int"),
    ("questions", "      maximum: 40\n", "      maximun: 40\n", "unknown key 'maximun'; did you mean 'maximum'?"),
    (
        "questions",
        "[strict, strict_no_breaks",
        "[strict, strict_no_brakes",
        "names 'strict_no_brakes', which is not defined; did you mean 'strict_no_breaks'?",
    ),
    ("questions", "columns: [customer_id]", "columns: [costumer_id]", "did you mean 'customer_id'?"),
    ("sources/kz_lender", "identifiers: [branchuse]", "identifiers: []", "identifiers: Tuple should have at least 1 item"),
    ("sources/akiba", "kind: number", "knd: number", "unknown key 'knd'; did you mean 'kind'?"),
    ("variables", "minimum: 2017", "minimum: 2717", "the minimum 2717 is above the maximum"),
    (
        "sources/findex",
        "  access: downloaded",
        "  access: downloaded\n  stages: [01_sample]",
        "stages: the questions that a data set answers follow from its tables",
    ),
    (
        "questions",
        "{bank_periods: {columns: [bank_id, period, variable, value]}}\n  parameters:\n    rule: *rule\n  exhibits:\n    T4",
        "{bank_periods: {columns: [bank_id, period, variable, value], rows: 1356}}\n  parameters:\n    rule: *rule\n  exhibits:\n    T4",
        "no data set answers the question '02_indicators'; the nearest, 'cn_banks', lacks bank_periods: 1,355 rows of 1,356",
    ),
    ("questions", "bank_periods: {columns: [bank_id, period", "bank_period: {columns: [bank_id, period", "did you mean 'bank_periods'?"),
    (
        "questions",
        "columns: [customer_id, product, since]",
        "columns: [customer_id, product, since, balance]",
        "names 'balance', which is not defined",
    ),
    (
        "questions",
        "{holdings: {columns: [customer_id, product, since]}}",
        "{customer_months: {columns: [customer_id, aum]}}",
        "no data set answers the question '07_recommendation'; the nearest, ",
    ),
    (
        "questions",
        "columns: [customer_id, product, since]",
        "columns: [customer_id, product, since, remarks]",
        "names 'remarks', which is not defined",
    ),
    (
        "sources/berka",
        "where: {type: card}",
        "where: {typ: card}",
        "'berka' names 'holdings.typ', which is not defined; did you mean 'holdings.type'?",
    ),
    (
        "sources/berka",
        "rows_of: transactions",
        "rows_of: transaction",
        "'berka' names 'transaction', which is not defined; did you mean 'transactions'?",
    ),
    (
        "sources/akiba",
        "may_miss: {customer_id: 21}",
        "may_miss: {customer: 21}",
        "'akiba' names 'customer', which is not defined; did you mean 'customer_id'?",
    ),
    ("sources/akiba", "keep: [{rows_of: transactions}], ", "", "the step 'ledger' does not say which rows it keeps; give `keep`"),
    ("sources/akiba", "        in_pilot:", "        staff:", "customers.staff is a column of the model; list it under `columns`"),
    (
        "sources/status_goods",
        "columns: [customer_id, campaign, channel,",
        "columns: [customer_id, channel,",
        "the table offers must have the column campaign",
    ),
    ("tables", "minimum: 0, maximum: 100", "minimum: 100, maximum: 0", "the minimum 100 is above the maximum 0"),
    ("tables", "{kind: id, required: true,", "{kind: id, minimum: 3, required: true,", "only numbers have a minimum or maximum"),
    ("sources/findex", "address:", "other: berka\n  address:", "names 'berka'; what is said of it stands in design/sources/berka.yaml"),
    ("sources/findex", "sample:", "declines:\n  berka: {en: x, zh: x}\n\nsample:", "names 'berka'; what is said of it"),
    (
        "sources/findex",
        "sample:",
        "declines:\n  04_segmets: {en: x, zh: x}\n\nsample:",
        "names '04_segmets', which is not defined; did you mean '04_segments'?",
    ),
    ("exhibits", "  planned: [benchmark, own]\n", "", "'T7' is made by no question and planned for no arm; put it under its question"),
    ("sources/findex", "sample:", "samples:", "unknown section 'samples'; did you mean 'sample'?"),
    ("sources/findex", "place: 70", "place: 60", "the place 60 is that of berka.yaml; give each data set its own"),
    ("sources/findex", "place: 70", "place: first", "needs a whole number as `place`, which orders the data sets, found 'first'"),
    ("sources/findex", "place: 70", "", "needs a whole number as `place`, which orders the data sets, found None"),
    ("sources/findex", "privacy: {", "# {", "'findex' has no section `privacy`; say whether the arm's data are of persons"),
    ("sources/findex", "arm:", "source:", "'source' is defined twice (first in line 3)"),
    ("banks", "type: state", "type: [state", "expected ',' or ']'"),
    ("banks", "type: state", "? [state]: x", "a key must be a name|did not find|mapping values"),
    ("banks", "type: state", "type: !!python/object:os.system state", "could not determine a constructor"),
    ("banks", "type: state", "type: 2020-13-45", "'2020-13-45' can not be read"),
    ("banks", "type: state", "type: &a [*a]", "an anchor stands inside what it names|found undefined alias"),
    ("banks", "type: state", "type: st\x07te", "is no text file|control characters"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), WHOLE, ids=[f"{name}: {new.strip()[:40]}" for name, _, new, _ in WHOLE])
def test_what_does_not_fit_together_is_refused_with_its_line(folder, name, old, new, message):
    path = folder / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DesignError, match=rf"^design/{name}\.yaml:\d+: ") as caught:
        load(folder)
    assert re.search("|".join(map(re.escape, message.split("|"))), str(caught.value)), caught.value


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: path.write_bytes(b"a: \xff\n"), "banks.yaml:1: is not UTF-8: byte 3"),
        (lambda path: path.write_bytes(b"a: 1\nb: \xff\n"), "banks.yaml:2: is not UTF-8: byte 8"),
        (lambda path: path.write_bytes(bytes(range(256))), "banks.yaml:"),
        (lambda path: path.write_text("- a\n- b\n"), "banks.yaml:1: must be a mapping"),
        (lambda path: path.write_text("a: 1\n---\nb: 2\n"), "banks.yaml:2: "),
        (lambda path: path.write_text("a: 1\n"), "banks.yaml:1: 'a': "),
        (lambda path: (path.unlink(), path.mkdir()), "banks.yaml can not be read: Is a directory"),
        (lambda path: path.unlink(), "banks.yaml is missing"),
    ],
)
def test_a_file_that_is_no_design_file_is_refused(folder, damage, message):
    damage(folder / "banks.yaml")
    with pytest.raises(DesignError, match=re.escape("design/" + message)):
        load(folder)


def test_a_folder_without_data_sets_is_refused(folder):
    shutil.rmtree(folder / "sources")
    with pytest.raises(DesignError, match="design/sources holds no data set; bring it back with `git checkout design/sources`"):
        load(folder)


def test_a_question_that_no_data_set_answers_is_refused(folder):
    path = folder / "sources" / "study.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("access: results", "access: generated", 1), encoding="utf-8")
    with pytest.raises(DesignError, match=r"design/questions.yaml:\d+: no data set answers the question '20_cases'; the nearest, '\w+', lacks "):
        load(folder)
