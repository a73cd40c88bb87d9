#!/usr/bin/env python3
"""Runs the benchmarks several times and prints one table: each budget beside what was measured and, where there is one, its floor or
peer in the same run. Writes no file.

    tests/bench/ratios.py [--build build/bench] [--repetitions 3] [--full] [--only NAME,...]

--full takes the sizes that the budgets name (a million closed cases, a million live deadlines); without it they are a tenth and a
fifth of that, and the table says so. Needs nothing but Python; the peer of the scorecards is scores_beside_polars.py's."""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

MILLION = 1_000_000
FULL = {"WUYE_BENCH_CLOSED": "1000000", "WUYE_BENCH_LIVE": "1000000"}
PROGRAMS = ("calendar", "fees", "record", "durable", "open", "live", "scores", "what_if")
TO_SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


def run(program: pathlib.Path, repetitions: int, full: bool) -> dict[str, list[dict]]:
    """The runs of every benchmark of a program, by name."""
    arguments = [str(program), "--benchmark_format=json", f"--benchmark_repetitions={repetitions}", "--benchmark_min_time=0.3"]
    answer = subprocess.run(arguments, env={**os.environ, **(FULL if full else {})}, stdout=subprocess.PIPE, check=True)
    out: dict[str, list[dict]] = {}
    for one in json.loads(answer.stdout)["benchmarks"]:
        if one.get("run_type") == "aggregate":
            continue
        if one.get("error_occurred"):
            sys.exit(f"{program.name}: {one['run_name']}: {one['error_message']}")
        out.setdefault(one["run_name"].split("/")[0], []).append(one)
    return out


def median(runs: list[dict], what: str) -> float:
    return statistics.median(one[what] for one in runs)


def seconds(runs: list[dict]) -> float:
    return statistics.median(one["real_time"] * TO_SECONDS[one["time_unit"]] for one in runs)


def rate(runs: list[dict]) -> float:
    return median(runs, "items_per_second")


def quantity(value: float) -> str:
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g} {sign}"
    return f"{value:.3g} "


def duration(value: float) -> str:
    for size, sign in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= size:
            return f"{value / size:.3g} {sign}"
    return f"{value / 1e-9:.3g} ns"


def rows(found: dict[str, list[dict]], library: pathlib.Path, strip: str | None):
    """(what, measured, floor or peer, ratio, budget, met) of each budget; measured only where its program ran."""
    if "calendar_add" in found:
        floor = rate(found["plain_additions"])
        for name in ("calendar_add", "calendar_between"):
            got = rate(found[name])
            yield (f"{name.replace('_', ' ')}, 20 years compiled, arrays", quantity(got) + "/s", f"plain additions {quantity(floor)}/s",
                   f"1:{floor / got:.0f}", "≥ 10 M/s", got >= 10 * MILLION)
    if "charges_of_a_month" in found:
        for name, plain in (("charges", "plain_multiplications"), ("late fees", "plain_late_multiplications")):
            got, floor = rate(found[name.replace(" ", "_") + "_of_a_month"]), rate(found[plain])
            yield (f"{name} of 100,000 units, arrays", quantity(got) + "/s", f"plain multiplications {quantity(floor)}/s", f"1:{floor / got:.0f}", "–",
                   None)
        got, floor = rate(found["billing_run"]), rate(found["charges_of_a_month"])
        yield ("a billing run in memory, units", quantity(got) + "/s", f"the charges alone {quantity(floor)}/s", f"1:{floor / got:.0f}", "–", None)
    if "record_in_memory" in found:
        got, floor = rate(found["record_in_memory"]), rate(found["read_entries_only"])
        yield ("record in memory, JSON entries", quantity(got) + "/s", f"reading them only {quantity(floor)}/s", f"{got / floor:.2f}",
               "≥ 500 k/s", got >= MILLION / 2)
        got = rate(found["record_lines_in_memory"])
        yield ("record_lines in memory", quantity(got) + "/s", f"reading them only {quantity(floor)}/s", f"{got / floor:.2f}", "–", None)
        got, floor = rate(found["replay_into_memory"]), rate(found["hash_lines_only"])
        yield ("replay a journal into memory", quantity(got) + " lines/s", f"hashing them only {quantity(floor)}/s", f"{got / floor:.2f}",
               "≥ 1 M lines/s", got >= MILLION)
    if "batches_wuye" in found:
        got, peer = rate(found["batches_wuye"]), rate(found["batches_raw_sqlite"])
        yield ("record_lines durable, tables written", quantity(got) + " entries/s", f"raw SQLite, same rows {quantity(peer)}/s", f"{got / peer:.2f}",
               "≥ 0.5", got / peer >= 0.5)
        got, peer = rate(found["singly_wuye"]), rate(found["singly_raw_sqlite"])
        yield ("single durable record", quantity(got) + "/s", f"raw SQLite, same rows {quantity(peer)}/s", f"{got / peer:.2f}", "≥ 0.8", got / peer >= 0.8)
        peer = rate(found["singly_raw_sqlite_line_only"])
        yield ("  beside a bare log", quantity(got) + "/s", f"raw SQLite, the line only {quantity(peer)}/s", f"{got / peer:.2f}", "–", None)
    if "open_empty_office" in found:
        got = seconds(found["open_empty_office"])
        yield ("open an empty office", duration(got), "–", "–", "≤ 2 ms", got <= 0.002)
        got = seconds(found["make_new_office"])
        yield ("make a new office", duration(got), "–", "–", "–", None)
        cases = median(found["open_closed_cases"], "cases")
        got = seconds(found["open_closed_cases"])
        yield (f"open, {cases:,.0f} closed cases", duration(got), f"file of {median(found['open_closed_cases'], 'file_mb'):,.0f} MB", "–",
               "≤ 50 ms at 1,000,000", got <= 0.05)
        offices, got = median(found["idle_offices"], "offices"), median(found["idle_offices"], "bytes")
        yield (f"{offices:,.0f} idle offices", quantity(got) + "B", "–", "–", "≤ 1 GB a thousand", got <= 1e6 * offices)
    if "advance_one_due" in found:
        live = median(found["advance_one_due"], "deadlines")
        got, floor = seconds(found["advance_one_due"]), seconds(found["advance_none_due"])
        yield (f"advance, {live:,.0f} live deadlines, one due", duration(got), f"none due {duration(floor)}", "–", "≤ 5 µs at 1,000,000", got <= 5e-6)
        got, text = median(found["memory_of_live_cases"], "beyond_text_each"), median(found["memory_of_live_cases"], "text_each")
        yield ("memory of a live case beyond its text", f"{got:,.0f} B", f"its text {text:,.0f} B", "–", "≤ 400 B", got <= 400)
    if "score_month" in found:
        cases = median(found["score_month"], "cases")
        got, peer = seconds(found["score_month"]), seconds(found["score_month_raw_sqlite"])
        yield (f"a month's figures, {cases:,.0f} cases", duration(got), f"one SQL sum {duration(peer)}", f"{got / peer:.1f} ×", "–", None)
    if "what_if" in found:
        cases = median(found["what_if"], "cases")
        got, floor = seconds(found["what_if"]), seconds(found["as_it_was"])
        yield (f"what_if, {cases:,.0f} cases", duration(got), f"the same journal as it is {duration(floor)}", f"{got / floor:.2f} ×", "≤ 2 s at 20,000",
               got <= 2)
        yield ("compare with it", duration(seconds(found["compare"])), "–", "–", "–", None)
    if library.exists():
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "stripped"
            shutil.copyfile(library.resolve(), copy)
            if strip:
                subprocess.run([strip, copy], check=True)
            got = copy.stat().st_size
        yield ("library, stripped", f"{got / 1e6:.2f} MB", "–", "–", "≤ 2 MB", got <= 2e6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "build" / "bench")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default=",".join(PROGRAMS), help="programs, separated by commas")
    arguments = parser.parse_args()
    found: dict[str, list[dict]] = {}
    before = os.getloadavg()
    for program in arguments.only.split(","):
        found |= run(arguments.build / "tests" / "bench" / f"bench_{program}", arguments.repetitions, arguments.full)
    after = os.getloadavg()
    heads = ("what", "measured", "floor or peer, same run", "ratio", "budget", "met")
    print(f"simulated entries; medians of {arguments.repetitions}; {time.strftime('%Y-%m-%d %H:%M')}; "
          f"load average {before[0]:.2f} before, {after[0]:.2f} after\n")
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads))
    for *cells, met in rows(found, arguments.build / "capi" / "libwuye.so", shutil.which("strip")):
        print("| " + " | ".join([*cells, "–" if met is None else "yes" if met else "**no**"]) + " |")


if __name__ == "__main__":
    main()
