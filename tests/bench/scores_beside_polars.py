#!/usr/bin/env python3
"""A month's scorecards of an office with a million cases, beside the same sums in Polars on one thread.

    tests/bench/scores_beside_polars.py --build build/bench --python PYTHON [--cases 1000000] [--keep FOLDER]

Makes the office (a simulated desk of five years, whose rows are then copied within the file under other ids until there are so many
cases), scores a month of it from the file, and adds up the same facts in Polars: once from Parquet on disk, read as far as the sums
need it, and once from frames that are in memory already. The system's cache is warm for both. Sums that differ end the program.
PYTHON has Polars; the build has the Python module (-DWUYE_PYTHON=ON)."""

import argparse
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MONTH = "2024-03"
SEED, FIRST_DAY, DAYS = 7, "2022-01-01", 1826
REPORTS_A_DAY = 4
#: Which columns name a case, beside `case` itself.
COPIED = {"cases": ("parent", "master"), "deadlines": (), "callback_base": ("callback",), "breaches": ()}


# ---- The office ----------------------------------------------------------------------------------------------------------


def make_office(path: pathlib.Path, cases: int, wuye) -> None:
    from wuye.simulate import Callbacks, Rates, record, simulate

    rates = Rates(reports_a_day=REPORTS_A_DAY)
    with wuye.open(path) as office:
        record(simulate(SEED, FIRST_DAY, DAYS, rates=rates), office, callbacks=Callbacks(SEED, rates))
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    (recorded,) = db.execute("SELECT count(*) FROM t_cases").fetchone()
    copies = max(cases // recorded - 1, 0)
    for table, others in COPIED.items():
        columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info(t_{table})")]
        of_copy = {name: f"CASE \"{name}\" WHEN '' THEN '' ELSE prefix || \"{name}\" END" for name in ("case", *others)}
        of_copy["told"] = '"told" + n * 1000000000'
        of_copy["fields"] = """replace("fields", '"about":"', '"about":"' || prefix)"""
        taken = ", ".join(of_copy.get(name, f'"{name}"') for name in columns)
        for n in range(1, copies + 1):
            recorded_ones = f"""SELECT *, ? AS n, ? AS prefix FROM t_{table} WHERE "case" NOT GLOB 'S[0-9][0-9][0-9]-*'"""
            db.execute(f"INSERT INTO t_{table} SELECT {taken} FROM ({recorded_ones})", (n, f"S{n:03d}-"))
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


# ---- Polars --------------------------------------------------------------------------------------------------------------

FACTS = {
    "deadlines": 'SELECT "case", generation, procedure, deadline, state, due, stopped, stopped_by, holder FROM t_deadlines',
    "cases": """SELECT "case", procedure, ending, parent, json_extract(fields, '$.month') AS month, json_extract(fields, '$.channel') AS channel,
                json_extract(fields, '$.about') AS about, json_extract(fields, '$.satisfaction') AS satisfaction FROM t_cases""",
    "callback_base": 'SELECT "case", quota, "group", month, position, state FROM t_callback_base',
    "breaches": 'SELECT "case", action, reason, "by", at, state FROM t_breaches',
}


def write_facts(path: pathlib.Path, folder: pathlib.Path) -> None:
    """The columns that the sums look at, as Parquet files."""
    import polars as pl

    numbers = {"generation", "due", "stopped", "position", "at"}
    db = sqlite3.connect(path)
    for table, sql in FACTS.items():
        rows = db.execute(sql)
        schema = {name: pl.Int64 if name in numbers else pl.String for name, *_ in rows.description}
        parts = []
        while some := rows.fetchmany(500_000):
            parts.append(pl.DataFrame(some, schema=schema, orient="row"))
        pl.concat(parts).write_parquet(folder / f"{table}.parquet")


def sums(frames, start: int, end: int, by_who: bool) -> dict:
    """What the month's figures add up, of all or of each officer."""
    import polars as pl

    who = ["who"] if by_who else []
    within = (pl.col("due") >= start) & (pl.col("due") < end)
    charged = pl.when(pl.col("stopped_by") != "").then(pl.col("stopped_by")).otherwise(pl.col("holder")).alias("who")

    def counted(frame, *what):
        return (frame.group_by(who).agg(*what) if who else frame.select(*what)).collect()

    deadlines = frames["deadlines"]
    dispatch = deadlines.filter((pl.col("deadline") == "dispatch") & (pl.col("procedure") == "repair") & within & (pl.col("state") != "dropped"))
    out = {"dispatch_timeliness": counted(dispatch.with_columns(charged), (pl.col("state") == "met").sum().alias("done"), pl.len().alias("due"))}
    records = frames["breaches"].filter((pl.col("state") == "current") & (pl.col("at") >= start) & (pl.col("at") < end)
                                        & (pl.col("reason").str.split(":").list.first() == "missing_field"))
    out["work_records"] = counted(records.with_columns(who=pl.col("by")), pl.len().alias("done"))
    # A callback counts that was made in time, with an outcome, breaking no rule about who calls, about a case that counts; each case once.
    forbidden = ["unknown_actor", "not_allowed", "kept_out", "same_person", "missing_field", "condition"]
    wrong = frames["breaches"].filter((pl.col("action") == "call") & (pl.col("state") == "current")
                                      & pl.col("reason").str.split(":").list.first().is_in(forbidden))
    month = frames["cases"].filter((pl.col("procedure") == "callback") & (pl.col("month") == MONTH))
    calls = deadlines.filter((pl.col("deadline") == "call") & (pl.col("procedure") == "callback") & (pl.col("generation") == 1))
    base = frames["callback_base"].filter((pl.col("quota") == "callback") & (pl.col("month") == MONTH) & (pl.col("position") > 0))
    asked = month.join(calls, on="case").join(base.select("group", about="case"), on="about").with_columns(who=pl.col("holder"))
    made = asked.filter((pl.col("state") == "met") & (pl.col("satisfaction") != "")).join(wrong, on="case", how="anti").unique("about")
    dropped = asked.filter((pl.col("state") == "dropped") & pl.col("case").str.ends_with("/callback.1"))
    whose = ["who", "channel"] if by_who else ["group"]
    due = asked if by_who else base
    out["callbacks"] = tuple(frame.group_by(whose).len().collect() for frame in (due, dropped))
    out["callbacks_made"] = made.group_by(["who", "channel"] if by_who else ["channel"]).len().collect()
    return out


def office_figures(found: dict) -> dict:
    """The office's figures from its sums: the quotas' shares are rounded up."""
    cases, dropped = (dict(frame.rows()) for frame in found["callbacks"])
    made = dict(found["callbacks_made"].rows())
    due = sum(-(-count * (80 if group == "repair_enquiry" else 100) // 100) - dropped.get(group, 0) for group, count in cases.items())
    visits = -(-due * 20 // 100)
    surplus = max(made.get("visit", 0) - visits, 0)
    return {
        "dispatch_timeliness": found["dispatch_timeliness"].row(0),
        "work_records": found["work_records"].row(0),
        "callback_visit": (min(made.get("visit", 0), visits), visits),
        "callback_phone": (min(made.get("phone", 0) + surplus, due - visits), due - visits),
    }


def median(work, times: int) -> float:
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def polars_part(folder: pathlib.Path, start: int, end: int, times: int) -> dict:
    import polars as pl

    assert pl.thread_pool_size() == 1
    on_disk = {name: pl.scan_parquet(folder / f"{name}.parquet") for name in FACTS}
    out = {"figures": office_figures(sums(on_disk, start, end, by_who=False))}
    for by_who in (False, True):
        out[f"disk_{by_who}"] = median(lambda by_who=by_who: sums(on_disk, start, end, by_who), times)
    in_memory = {name: frame.collect().lazy() for name, frame in on_disk.items()}
    for by_who in (False, True):
        out[f"memory_{by_who}"] = median(lambda by_who=by_who: sums(in_memory, start, end, by_who), times)
    return out


# ---- Both ----------------------------------------------------------------------------------------------------------------


def compare(folder: pathlib.Path, cases: int, times: int) -> None:
    import wuye

    path = folder / "office.db"
    if not path.exists():
        make_office(path, cases, wuye)
        write_facts(path, folder)
    office = wuye.open(path)
    (count,) = sqlite3.connect(path).execute("SELECT count(*) FROM t_cases").fetchone()
    figures = {figure.metric: (figure.done, figure.due)[: 1 if figure.metric == "work_records" else 2] for figure in office.score(MONTH).values()}
    took = {
        False: median(lambda: office.score(MONTH), times),
        True: median(lambda: office.scores(MONTH, by=["who"]), times),
        None: median(lambda: office.scorecards(MONTH), times),
    }
    # China has no summer time.
    start, end = 1_709_222_400_000_000, 1_711_900_800_000_000
    here = [sys.executable, __file__, "--polars-of", str(folder), "--times", str(times), "--within", str(start), str(end)]
    theirs = json.loads(subprocess.run(here, env={**os.environ, "POLARS_MAX_THREADS": "1"}, stdout=subprocess.PIPE, check=True).stdout)
    for metric, figure in theirs["figures"].items():
        if list(figures[metric]) != figure:
            sys.exit(f"{metric}: wuye has {figures[metric]}, Polars {figure}")
    print(f"{count:,} cases in five years, {path.stat().st_size / 1e6:,.0f} MB; the figures of {MONTH}: {theirs['figures']}\n")
    print("| what | wuye, from its file | Polars, Parquet on disk | ratio | Polars, in memory | ratio |\n|---|---|---|---|---|---|")
    for by_who, what in ((False, "the office's figures"), (True, "the figures of each officer")):
        disk, memory = theirs[f"disk_{by_who}"], theirs[f"memory_{by_who}"]
        ours = took[by_who]
        print(f"| {what} | {ours * 1e3:.0f} ms | {disk * 1e3:.0f} ms | {disk / ours:.2f} | {memory * 1e3:.0f} ms | {memory / ours:.2f} |")
    print(f"| every officer's scorecard | {took[None] * 1e3:.0f} ms | – | – | – | – |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "bench")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--keep", type=pathlib.Path, help="where the office is kept for the next run; else it is made anew and goes away")
    parser.add_argument("--polars-of", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--within", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.polars_of:
        print(json.dumps(polars_part(given.polars_of, *given.within, given.times)))
        return
    if "WUYE_BENCH_INSIDE" in os.environ:
        compare(given.keep, given.cases, given.times)
        return
    # Again, in the Python that has Polars, with wuye as it was built.
    with tempfile.TemporaryDirectory() as gone:
        folder = given.keep or pathlib.Path(gone)
        folder.mkdir(parents=True, exist_ok=True)
        package = pathlib.Path(gone) / "wuye"
        package.mkdir()
        parts = [one for one in (ROOT / "python" / "wuye").iterdir() if not one.name.startswith("_core.cpython")]
        for one in [*parts, *(given.build / "python" / "wuye").glob("_core.cpython*")]:
            (package / one.name).symlink_to(one.resolve())
        again = [given.python, __file__, "--cases", str(given.cases), "--times", str(given.times), "--keep", str(folder)]
        sys.exit(subprocess.run(again, env={**os.environ, "PYTHONPATH": gone, "WUYE_BENCH_INSIDE": "1"}, check=False).returncode)


if __name__ == "__main__":
    main()
