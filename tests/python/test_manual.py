"""Manuals: loading, checking, and what a deadline comes to."""

from __future__ import annotations

from decimal import Decimal

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


K1 = [("1", 0, 0, 0), ("0.95", 0, 0, 0), ("0.945", 0, 2, 4), ("0.94", 4, 4, 4), ("0.9399", 4, "4.04", 8), ("0.9", 20, 20, 20)]


@pytest.mark.parametrize(("rate", "full", "pro_rata", "started"), K1)
def test_points_of_the_score_rulings_table(rate, full, pro_rata, started):
    manual = wuye.Manual.load(("mine.toml", 'name = "mine"\nextends = "standard"\n[metric.dispatch_timeliness]\npass = "95%"'))
    done, due = int(Decimal(rate) * 10_000), 10_000
    for step, expected in (("per_full_point", full), ("pro_rata", pro_rata), ("per_started_point", started)):
        assert manual.points("dispatch_timeliness", done, due, step=step) == Decimal(expected)
        assert manual.points("dispatch_timeliness", [done, 1], [due, 1], step=step) == [Decimal(expected), 0]


def test_points_stop_at_the_cap():
    manual = wuye.Manual.load(("mine.toml", 'name = "mine"\nextends = "standard"\n[metric.dispatch_timeliness]\ncap = 20'))
    assert manual.points("dispatch_timeliness", [99, 90, 0], [100, 100, 100]) == [4, 20, 20]
    assert "at most: 20" in manual.handbook("en")


def test_points_refuse_what_is_no_count():
    manual = wuye.Manual.standard()
    assert manual.points("dispatch_timeliness", 0, 0) == 0
    with pytest.raises(wuye.NotFound):
        manual.points("dispatch_timelines", 1, 2)
    for done, due in ((1.5, 2), (True, 2), (-1, 2), (2**70, 2), ([1, 2], 3), ([1], [2, 3])):
        with pytest.raises((wuye.InvalidArgument, ValueError)):
            manual.points("dispatch_timeliness", done, due)
    with pytest.raises(wuye.InvalidArgument):
        manual.points("dispatch_timeliness", 1, 2, step="half")


def test_points_of_arrays():
    numpy = pytest.importorskip("numpy", reason="numpy is not installed")
    manual = wuye.Manual.standard()
    points = manual.points("dispatch_timeliness", numpy.array([45, 46, 0]), numpy.array([46, 46, 0]), step="pro_rata")
    assert points.dtype == "int64"
    assert points.tolist() == [870, 0, 0]
