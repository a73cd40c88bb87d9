"""One office, many threads: nothing is lost, and long calls leave Python running."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import wuye


@pytest.fixture(autouse=True)
def _switch_often():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def test_threads_hammer_one_office(office, report):
    before = office.last_seq

    def work(thread: int) -> int:
        accepted = 0
        for n in range(40):
            out = office.record(**report(now="2026-03-02T10:00+08:00", source="thread", key=f"{thread}-{n}"))
            accepted += out.accepted
            assert len(office.digest()) == 64
            office.next_due()
            if n % 10 == 0:
                office.table("cases").rows()
                office.score("2026-03")
        return accepted

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 320
    assert office.last_seq - before >= 320
    assert len(office.table("cases")) == 320
    assert office.verify()


def test_progress_runs_beside_other_threads(office, report):
    """The callback takes the interpreter while the office is locked; others wait for the office without it."""
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            office.next_due()
            office.digest()

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for thread in askers:
        thread.start()
    try:
        for n in range(20):
            office.record_lines(
                [report(source="p", key=f"{n}-{i}", now="2026-03-02T10:00+08:00") for i in range(100)],
                mode="independent",
                progress=lambda done, everything: None,
            )
        office.verify(lambda done, everything: None)
    finally:
        stop.set()
        for thread in askers:
            thread.join()
    assert len(office.table("cases")) == 2000


def test_manuals_and_calendars_are_shared_freely():
    manual = wuye.Manual.standard()
    desk = manual.calendar("desk_day")
    starts = [f"2026-03-{d:02d}T10:00+08:00" for d in range(1, 29)]
    expected = [desk.add(s, 36_000) for s in starts], manual.deadline("repair", "arrive", starts[0])
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: (desk.add(starts, 36_000), manual.deadline("repair", "arrive", starts[0])), range(64)))
    assert all(a == expected for a in answers)


def test_closing_while_others_call(office, report):
    def work() -> str:
        try:
            for _ in range(200):
                office.record(**report(now="2026-03-02T10:00+08:00"))
        except wuye.Misuse:
            return "closed"
        return "done"

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(work) for _ in range(4)]
        office.close()
        assert {r.result() for r in running} <= {"closed", "done"}
