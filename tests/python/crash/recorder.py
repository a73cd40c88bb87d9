"""Records reports into an office that others record into as well, until its time is up, and says how many were accepted."""

from __future__ import annotations

import sys
import time

import wuye

path, name, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
end = time.monotonic() + seconds
accepted = 0
with wuye.open(path, busy_ms=30_000) as office:
    while time.monotonic() < end:
        out = office.record(
            do="report", by="li", at="2026-03-02T10:00+08:00", class_="repair", place="3-1201", text="漏水", case=f"{name}-{accepted}", source=name,
            key=str(accepted), now=max(office.clock.isoformat(), "2026-03-02T10:00:00+08:00"),
        )  # fmt: skip
        if not out.accepted:
            sys.exit(f"refused: {out}")
        accepted += 1
print(accepted)
