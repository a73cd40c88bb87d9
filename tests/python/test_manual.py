"""Manuals: loading, checking, and what a deadline comes to."""

from __future__ import annotations

import pytest

import wuye


def test_the_standard_manual():
    manual = wuye.Manual.standard()
    assert manual.name == "standard"
    assert len(manual.hash) == 64
    assert manual.time_zone == "+08:00"
    assert manual == wuye.Manual.from_canonical(manual.canonical)
    clauses = {c["id"]: c for c in manual.clauses()}
    assert len(clauses) == 471
    assert clauses["R051"]["treated"] == "rule"
    assert clauses["R052"]["treated"] == "checklist"
    for lang in ("en", "zh"):
        assert "repair" in str(manual.describe(lang))
    with pytest.raises(wuye.InvalidArgument):
        manual.describe("fr")


def test_a_deadline_by_itself():
    manual = wuye.Manual.standard()
    limit = manual.deadline("repair", "arrive", "2026-03-02T22:10+08:00", urgency="emergency")
    assert limit.due.isoformat() == "2026-03-03T00:10:00+08:00"
    assert limit.clause == "R051"
    assert limit.breach > limit.due
    assert limit.levels["75%"].isoformat() == "2026-03-02T23:40:00+08:00"
    paused = manual.deadline(
        "repair", "arrive", "2026-03-02T22:10+08:00", fields={"urgency": "emergency"}, pauses=[("2026-03-02T22:20+08:00", "2026-03-02T22:30+08:00")]
    )
    assert (paused.due - limit.due).total_seconds() == 600
    with pytest.raises(wuye.NotFound):
        manual.deadline("repair", "arive", "2026-03-02T22:10+08:00")
    with pytest.raises(wuye.NotFound):
        manual.deadline("repairs", "arrive", "2026-03-02T22:10+08:00")
    with pytest.raises(wuye.InvalidArgument):
        manual.deadline("repair", "arrive", "2026-03-02T22:10")


def test_period():
    start, end = wuye.Manual.standard().period("2026-Q1")
    assert (start.isoformat(), end.isoformat()) == ("2026-01-01T00:00:00+08:00", "2026-04-01T00:00:00+08:00")


def test_problems_are_located(tmp_path):
    layer = tmp_path / "mine.toml"
    layer.write_text('extends = "standard"\nname = "mine"\ntime_zoen = "UTC"\n', encoding="utf-8")
    problem = next(p for p in wuye.Manual.check(layer) if p.error)
    assert (problem.file, problem.line, problem.column) == (str(layer), 3, 1)
    assert "time_zone" in problem.suggestion + problem.message
    assert str(problem).startswith(f"{layer}:3:1: error:")
    with pytest.raises(wuye.InvalidArgument) as caught:
        wuye.Manual.load(layer)
    assert caught.value.line == 3
    assert str(layer) in str(caught.value)
    with pytest.raises(wuye.NotFound):
        wuye.Manual.load(tmp_path / "absent.toml")
    assert [p for p in wuye.Manual.check(("a.toml", "x = [")) if p.error]
    with pytest.raises(wuye.InvalidArgument):
        wuye.Manual.load(("a.toml", "x = ["))
    layer.write_bytes(b'name = "\xff"')
    with pytest.raises(wuye.InvalidArgument):
        wuye.Manual.load(layer)


def test_the_carried_mapping_has_a_manual_without_fault():
    from importlib import resources

    path = resources.files("wuye") / "mappings" / "helpdesk_manual.toml"
    assert wuye.Manual.check(str(path)) == []
