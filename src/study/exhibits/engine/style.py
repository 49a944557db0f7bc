"""One look for every figure and document, in two languages and with the same bytes."""

from contextlib import contextmanager
from pathlib import Path

import matplotlib
from matplotlib import font_manager

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Study Sans CJK"
# Blue, vermilion, green, purple, orange, sky: told apart with any colour vision (Okabe-Ito).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#4D4D4D")
FORMATS = {
    "png": {"dpi": 200, "metadata": {"Software": None}},
    "pdf": {"metadata": {"CreationDate": None, "Creator": None, "Producer": None}},
}
SETTINGS = {
    "font.family": [FAMILY],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "grid.color": "#E5E5E5",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "figure.constrained_layout.use": True,
    "pdf.fonttype": 3,
    "svg.hashsalt": "study",
}


@contextmanager
def figure_style():
    """Draw and save inside: the study's fonts, colours and no clock in the files."""
    from matplotlib import pyplot

    for font in sorted(FONTS.glob("*.otf")):
        font_manager.fontManager.addfont(font)
    before = set(pyplot.get_fignums())
    cycle = matplotlib.cycler(color=COLOURS)
    with matplotlib.rc_context({**SETTINGS, "axes.prop_cycle": cycle}):
        yield
    for number in set(pyplot.get_fignums()) - before:
        pyplot.close(number)


def stamp(figure, word: str) -> None:
    """Write across the figure that its data are generated."""
    figure.text(0.5, 0.5, word, fontsize=40, color="#D55E00", alpha=0.25, rotation=30, ha="center", va="center", zorder=10)


def settle(figure) -> None:
    """Fix the axes where the layout puts them, to six digits.

    The layout's solver orders its variables by their addresses in memory, so that its last digits,
    and with them single pixels, differ from run to run.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position([round(float(x), 6) for x in axes.get_position().bounds])
