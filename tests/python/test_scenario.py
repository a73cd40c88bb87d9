"""run_scenario, and the scenarios of the repository through the package."""

from __future__ import annotations

import pytest

import wuye
from conftest import ROOT
from test_plugin import BAD, GOOD


def test_results(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text(GOOD, encoding="utf-8")
    result = wuye.run_scenario(path)
    assert result
    assert result.passed
    assert result.title == "Emergency at night"
    assert result.covers == ("R051",)
    assert len(result.digest) == 64
    assert "passed" in str(result)
    path.write_text(BAD, encoding="utf-8")
    result = wuye.run_scenario(path)
    assert not result
    assert "arrive" in result.failure
    assert not result.steps[0].passed
    assert result.steps[0].differences
    assert wuye.run_scenario(path, update=True).updated_text == GOOD
    assert path.read_text(encoding="utf-8") == BAD


def test_what_is_no_scenario(tmp_path):
    with pytest.raises(wuye.NotFound):
        wuye.run_scenario(tmp_path / "absent.toml")
    for text, says in (
        ("[[step", "a.toml"),
        (GOOD.replace("R051", "R999"), "R999"),
        (GOOD.replace("with =", "wiht ="), "with"),
        (GOOD.replace("title ", 'manual = "absent.toml"\ntitle '), "absent.toml"),
    ):
        with pytest.raises((wuye.InvalidArgument, wuye.NotFound), match=says):
            wuye.run_scenario(tmp_path / "a.toml", text=text)


@pytest.mark.skipif(not (ROOT / "tests" / "scenarios").is_dir(), reason="the repository's scenarios are not here")
def test_the_repository_has_scenarios_and_python_runs_them():
    files = sorted((ROOT / "tests" / "scenarios").rglob("*.toml"))
    files = [f for f in files if "[[step]]" in f.read_text(encoding="utf-8")]
    assert files
    failures = [r.failure for f in files[:5] if not (r := wuye.run_scenario(f))]
    assert not failures, "\n\n".join(failures)
