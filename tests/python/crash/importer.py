"""Imports entries into an office in small transactions and says after each how many are durable. Killed by test_kill.py."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

import wuye

path, lines, chunk = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Path(lines).open("rb") as source, wuye.open(path) as office:
    done = 0
    while batch := list(islice(source, chunk)):
        office.record_lines(batch, mode="independent")
        done += len(batch)
        print(done, flush=True)
