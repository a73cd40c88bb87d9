"""The pytest plugin, through pytest itself."""

from __future__ import annotations

import pytest

GOOD = """
title  = "Emergency at night"
covers = ["R051"]

[setup]
staff = { li = "control_room_attendant", wang = "cs_supervisor", sun = "technician" }
units = ["3-1201"]

[[step]]
at = 2026-03-02T22:10:00
by = "li"
do = "report"
with = { class = "repair", place = "3-1201", urgency = "emergency", text = "厨房水管爆裂" }
expect = { stage = "reported", due = { arrive = 2026-03-03T00:10:00 } }
"""
BAD = GOOD.replace("00:10:00 }", "00:11:00 }")


@pytest.fixture
def folder(pytester):
    made = pytester.mkdir("scenarios")
    (made / "kf15").mkdir()

    def write(name: str, text: str):
        path = made / "kf15" / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_scenarios_are_collected_and_pass(pytester, folder):
    folder("night.toml", GOOD)
    folder("manual.toml", 'name = "x"\nextends = "standard"\n')
    (pytester.path / "a.sop.toml").write_text(GOOD, encoding="utf-8")
    (pytester.path / "other.toml").write_text("[[step]]\n", encoding="utf-8")
    result = pytester.runpytest("-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*night.toml::Emergency at night PASSED*"])


def test_marks_and_keywords(pytester, folder):
    folder("night.toml", GOOD)
    folder("other.toml", GOOD.replace("R051", "R046"))
    pytester.runpytest("-k", "R051").assert_outcomes(passed=1, deselected=1)
    pytester.runpytest("-m", "clause", "--strict-markers").assert_outcomes(passed=2)


def test_a_failure_prints_the_report(pytester, folder):
    folder("night.toml", BAD)
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*arrive*"])
    assert "00:11" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_broken_files_are_located(pytester, folder):
    folder("broken.toml", GOOD + "\n[[step\n")
    folder("unknown.toml", GOOD.replace("R051", "R999"))
    folder("binary.sop.toml", "")
    (pytester.path / "scenarios" / "kf15" / "binary.sop.toml").write_bytes(b"\xff\xfe\x00")
    result = pytester.runpytest()
    result.assert_outcomes(failed=3)
    assert "broken.toml" in result.stdout.str()
    assert "R999" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_update_rewrites_and_ci_refuses(pytester, folder, monkeypatch):
    path = folder("night.toml", BAD)
    monkeypatch.setenv("CI", "true")
    refused = pytester.runpytest("--wuye-update")
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    assert path.read_text(encoding="utf-8") == BAD
    monkeypatch.delenv("CI")
    pytester.runpytest("--wuye-update").assert_outcomes(passed=1)
    assert path.read_text(encoding="utf-8") == GOOD
    pytester.runpytest().assert_outcomes(passed=1)


def test_switched_off(pytester, folder):
    folder("night.toml", GOOD)
    assert pytester.runpytest("-p", "no:wuye").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_manual_beside_the_scenario(pytester, folder):
    folder("strict.toml", 'name = "strict"\nextends = "standard"\n')
    folder("night.toml", GOOD.replace('covers = ["R051"]', 'covers = ["R051"]\nmanual = "strict.toml"'))
    pytester.runpytest().assert_outcomes(passed=1)
