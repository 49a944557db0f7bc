"""Every Chinese character that figures, tables and paper print is in the font that they are set in."""

from fontTools.ttLib import TTFont

from study.design import root
from study.exhibits.engine import style


def test_the_font_has_every_character_that_is_printed():
    (file,) = style.FONTS.glob("*.otf")
    font = TTFont(file)
    assert font["name"].getDebugName(1) == style.FAMILY
    has = set(font.getBestCmap())
    places = [*root().glob("design/**/*.yaml"), *root().glob("paper/*.md"), *root().glob("src/study/**/*.py")]
    places += [*root().glob("results/*/tables/*.md"), *root().glob("results/*/figures/*.json")]
    for place in places:
        missing = {c for c in place.read_text(encoding="utf-8") if ord(c) >= 0x2E80 and ord(c) not in has}
        assert not missing, f"{place.name}: {missing}"
