"""Sample construction: from facts to cells by a rule, from a panel to estimation samples."""

from . import cn_banks, estimation

__all__ = ["cn_banks", "estimation"]
