"""Handles may go in any order; what was handed out stays good."""

from __future__ import annotations

import gc
import itertools
import os
import weakref
from pathlib import Path

import pytest

import wuye

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_every_order_of_release(order):
    from conftest import settle

    manual = wuye.Manual.standard()
    office = settle(wuye.memory(manual))
    things = [manual, office, office.table("staff"), office.as_of("2026-03-01T12:00+08:00")]
    alive = dict(enumerate(things))
    del manual, office, things
    for n in order:
        del alive[n]
        gc.collect()
        for thing in alive.values():
            if isinstance(thing, wuye.View):
                assert len(thing.rows()) == 6
            elif isinstance(thing, wuye.Office):
                assert thing.last_seq > 0
                assert len(thing.manual.hash) == 64
            else:
                assert len(thing.clauses()) == 471


def test_views_outlive_a_closed_office(office):
    view, manual = office.table("staff"), office.manual
    calendar = manual.calendar("desk_day")
    stream = view.__arrow_c_stream__()
    office.close()
    assert len(view.rows()) == 6
    assert calendar.is_open("2026-03-02T10:00+08:00")
    del view, stream, manual
    gc.collect()


def test_an_office_goes_when_nobody_holds_it():
    office = wuye.memory()
    gone = weakref.ref(office)
    del office
    gc.collect()
    assert gone() is None


def test_a_snapshot_does_not_move(office, report):
    view = office.table("cases")
    office.record(**report())
    assert len(view) == 0
    assert len(office.table("cases")) == 1


def test_use_after_fork_is_refused(tmp_path):
    if not hasattr(os, "fork"):
        pytest.skip("this system has no fork")
    import warnings

    office = wuye.open(tmp_path / "office.db")
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            office.record(do="set_unit", by="system:x", at="2026-03-02T10:00Z", place="a")
            os.write(write, b"recorded")
        except wuye.Misuse:
            os.write(write, b"misuse")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 100) == b"misuse"
    os.close(read)
    os.close(write)


@pytest.mark.skipif(resource is None or not Path("/proc/self/statm").exists(), reason="resident memory is read from /proc")
def test_memory_stays_flat(office, report):
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    def work() -> None:
        for _ in range(150):
            office.record(dry_run=True, **report())
            office.record(dry_run=True, **report(colour="red"))
            office.table("staff").rows()
            office.table("staff").__arrow_c_stream__()
            office.score("2026-03")
            wuye.memory().close()
            with pytest.raises(wuye.NotFound):
                office.table("nothing")
        gc.collect()

    work()
    before = resident()
    for _ in range(4):
        work()
    assert resident() - before < 24 << 20
