"""The real log: 21,348 rows, every one accounted for, and the same journal however it is brought in."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

import wuye
from wuye.importing import LogMapping


@pytest.fixture(scope="module")
def result(helpdesk):
    return wuye.import_log(helpdesk, "helpdesk")


def test_every_row_is_accounted_for(result):
    assert result.rows == 21_348 == sum(result.counts.values())
    assert result.cases == 4_580
    assert result.counts["ignored"] == 8
    assert result.counts["unfit"] == 0
    assert result.counts["opening"] == 78
    assert result.counts["repeat"] > 800
    assert len(result.reports) == result.rows - result.counts["entry"]


def test_with_the_offset_put_back_work_lies_in_working_hours(result):
    from wuye._time import from_us, to_us, zone_of

    rome = zone_of("Europe/Rome")
    hours = [from_us(to_us(e["at"]), rome).hour for e in result.entries if ":setup:" not in e["key"] and ":settle:" not in e["key"]]
    assert sum(8 <= h < 18 for h in hours) / len(hours) > 0.98


def test_one_batch_reopened_and_line_by_line_agree(helpdesk, result, tmp_path):
    manual = LogMapping.load("helpdesk").load_manual()
    with wuye.memory(manual, seed="s") as office:
        done = wuye.import_log(helpdesk, "helpdesk", office, chunk=100_000)
        assert done.ok
        assert done.recorded["accepted"] == len(result.entries)
        assert done.notices > 100
        one_batch, state = office.digest(), office.state_digest()
        scores = office.score("2011")["dispatch_timeliness"]
        rows = office.table("deadlines").rows()
    assert scores.due > 1000
    assert scores.value is not None
    # by hand, from the rows
    from datetime import datetime

    year = [
        r
        for r in rows
        if r["deadline"] == "dispatch" and r["due"] is not None and r["due"].year == 2011 and r["state"] != "dropped" and not r["opening"]
    ]
    assert Fraction(sum(r["state"] == "met" for r in year), len(year)) == scores.value
    assert all(isinstance(r["due"], datetime) and r["due"].utcoffset() in (timedelta(hours=1), timedelta(hours=2)) for r in year)

    path = tmp_path / "desk.db"
    half = len(result.entries) // 2
    with wuye.open(path, manual, seed="s") as office:
        office.record_lines(result.entries[:half], mode="independent")
    with wuye.open(path) as office:
        office.record_lines(result.entries[half:], mode="independent")
        assert (office.digest(), office.state_digest()) == (one_batch, state)
        assert office.verify()
    with wuye.memory(manual, seed="s") as office:
        for entry in result.entries:
            office.record(**entry)
        assert (office.digest(), office.state_digest()) == (one_batch, state)


def test_c_and_cpp_give_the_same_digest(helpdesk, result, tmp_path):
    """The same entries through the C and the C++ example programs, built with the project (WUYE_EXAMPLES names their folder)."""
    folder = os.environ.get("WUYE_EXAMPLES")
    if not folder:
        pytest.skip("WUYE_EXAMPLES does not name the folder of the built examples")
    entries = tmp_path / "entries.jsonl"
    entries.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in result.entries), encoding="utf-8")
    manual_file = Path(wuye.__file__).parent / "mappings" / "helpdesk_manual.toml"
    with wuye.memory(LogMapping.load("helpdesk").load_manual()) as office:
        wuye.import_log(helpdesk, "helpdesk", office)
        digest = office.digest()
    for program in ("replay_lines", "replay_lines_cpp"):
        run = subprocess.run([Path(folder) / program, manual_file, entries], capture_output=True, text=True, check=True)
        assert run.stdout.splitlines() == [f"{len(result.entries)} entries, 0 refused", digest]
