"""How FinTech changes the value of commercial banks' customers: the code shared by the notebooks.

The rooms follow the way of the data: design, data, sample, variables, models, inference,
exhibits, paper, run. README.md has the map.
"""

__version__ = "0.1.0"
