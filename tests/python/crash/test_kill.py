"""Killed in the middle: the file opens, verifies, and holds every acknowledged entry. Two processes: nothing lost, one chain.

WUYE_KILLS says how often (default 5; 100 for the record), WUYE_TWO_SECONDS how long two processes record (default 3; 60 for the record).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import wuye
from wuye import simulate

HERE = Path(__file__).parent
KILLS = int(os.environ.get("WUYE_KILLS", "5"))
SECONDS = float(os.environ.get("WUYE_TWO_SECONDS", "3"))


@pytest.fixture(scope="module")
def entries(tmp_path_factory):
    path = tmp_path_factory.mktemp("crash") / "entries.jsonl"
    made = simulate.resolved(simulate.month(21, "2026-03"))
    path.write_text("\n".join(json.dumps(e, ensure_ascii=False) for e in made) + "\n", encoding="utf-8")
    return path


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("round_", range(KILLS))
def test_kill_in_the_middle_of_an_import(entries, tmp_path, round_):
    dice = random.Random(round_)
    path = tmp_path / "office.db"
    total = entries.read_bytes().count(b"\n")
    chunk = dice.choice((1, 7, 50))
    stop_after = int(dice.random() * total / chunk * (0.1 if chunk == 1 else 0.8))
    with subprocess.Popen(
        [sys.executable, str(HERE / "importer.py"), str(path), str(entries), str(chunk)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        acknowledged = 0
        for n, line in enumerate(child.stdout):
            acknowledged = int(line)
            if n >= stop_after:
                break
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split()
        acknowledged = max([acknowledged, *(int(word) for word in rest if word.isdigit())])
    lines = entries.read_bytes().splitlines()
    with wuye.open(path) as office:
        assert office.verify(), office.verify()
        digest = office.digest()
        # Everything acknowledged is there: telling it again changes nothing.
        again = office.record_lines(lines[:acknowledged], mode="independent")
        assert not any(o.accepted and not o.duplicate for o in again)
        assert office.digest() == digest
        # And the import goes on where it stopped.
        office.record_lines(lines, mode="independent")
        with wuye.memory() as whole:
            whole.record_lines(lines, mode="independent")
            assert whole.last_seq == office.last_seq


def test_two_processes_on_one_file(tmp_path):
    from conftest import settle

    path = tmp_path / "office.db"
    settle(wuye.open(path, seed="two")).close()
    children = [
        subprocess.Popen([sys.executable, str(HERE / "recorder.py"), str(path), name, str(SECONDS)], stdout=subprocess.PIPE, text=True)
        for name in ("a", "b")
    ]
    counts = []
    for child in children:
        out, _ = child.communicate(timeout=SECONDS + 120)
        assert child.returncode == 0
        counts.append(int(out))
    with wuye.open(path) as office:
        assert min(counts) > 0
        assert len(office.table("cases")) == sum(counts)
        assert office.verify(), office.verify()
