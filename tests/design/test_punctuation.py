"""Chinese punctuation by hand; the full-width marks are written as escapes, so that no editor narrows them."""

import re

import pytest

from study.design import load, root
from study.design.entries import Text
from study.design.punctuation import full_width

COMMA, COLON, SEMICOLON, LEFT, RIGHT = "\uff0c\uff1a\uff1b\uff08\uff09"


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("银行,客户:2022", f"银行{COMMA}客户{COLON}2022"),
        ("占100%;其余", f"占100%{SEMICOLON}其余"),
        ("零, 1,234户", f"零{COMMA}1,234户"),  # no space after a wide mark; the comma of a number stays
        ("聚类(CRV1)。", f"聚类{LEFT}CRV1{RIGHT}。"),
        ("bootstrap(组合少时穷举)", f"bootstrap{LEFT}组合少时穷举{RIGHT}"),
        ("V = f(A, P)的权重", "V = f(A, P)的权重"),
        ("p 值 t(G-1),按银行", f"p 值 t(G-1){COMMA}按银行"),
        ("{label}({unit})", "{label}({unit})"),
        ("样本({unit})", f"样本{LEFT}{{unit}}{RIGHT}"),
        ("(a)(b)为农行(2021年(新口径))", f"(a)(b)为农行{LEFT}2021年{LEFT}新口径{RIGHT}{RIGHT}"),
        ("The rate, in %: (95)", "The rate, in %: (95)"),
        ("成本比1:5", "成本比1:5"),
    ],
)
def test_marks_beside_chinese_are_wide(narrow, wide):
    assert full_width(narrow) == wide
    assert full_width(wide) == wide
    assert Text(en=narrow, zh=narrow).zh == wide and Text(en=narrow, zh=narrow).en == narrow


def test_the_designs_texts_are_wide():
    title = load().sources["cn_banks"].title.zh
    assert COLON in title and ":" not in title


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("95 % intervals", "95% intervals"),
        ("({share:.1f} %)", "({share:.1f}%)"),
        ("[-0.41, -.5]", "[\u22120.41, \u2212.5]"),
        ("from 2008-05 to 5-10 of x-1", "from 2008-05 to 5-10 of x-1"),
        ("% of mean", "% of mean"),
        ("a - b", "a - b"),
    ],
)
def test_one_minus_sign_and_one_per_cent_sign(given, printed):
    assert Text(en=given, zh=given).en == printed


def test_the_text_of_the_paper_prints_them_alike():
    source = (root() / "paper" / "paper.en.md").read_text(encoding="utf-8")
    assert re.findall(r"[\d}] %", source) == []
