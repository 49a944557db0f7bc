"""`study data check`: a file of the project that was changed is a fault, another's unknown form is said."""

import dataclasses

import pytest
from typer.testing import CliRunner

from study.cli import data as cli_data
from study.data import registry

RUN = CliRunner()


def test_the_embedded_file_is_the_one_that_is_passed_on():
    done = RUN.invoke(cli_data.app, ["check", "cn_banks"])
    assert done.exit_code == 0 and "CHANGED" not in done.output


@pytest.mark.parametrize(("source", "code", "said"), [("cn_banks", 1, "CHANGED"), ("akiba", 0, "not a form that we know; accepted on its figures")])
def test_a_file_of_unknown_form_is_named(source, code, said, monkeypatch, require):
    require(source)
    found = {key: dataclasses.replace(file, form=None) for key, file in registry.find(source).items()}
    monkeypatch.setattr(registry, "find", lambda name: found)
    done = RUN.invoke(cli_data.app, ["check", source])
    assert done.exit_code == code and said in done.output.replace("\n", " ")
    assert all(file.path.name in done.output for file in found.values())
