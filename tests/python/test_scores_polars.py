"""Dispatch timeliness reckoned anew from the table, with Polars and without the engine's arithmetic."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

import wuye
from wuye import simulate

SH = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def office():
    with wuye.memory() as made:
        simulate.record(simulate.simulate(5, "2026-03-01", days=35, rates=simulate.Rates(late=0.3)), made)
        made.advance("2026-04-05T00:00+08:00")
        yield made


def recomputed(frame, polars, start, end, who=None):
    """Done ÷ due over the deadlines due in the period: met by its due instant, or not."""
    frame = frame.with_columns(polars.col("due", "stopped").dt.convert_time_zone("Asia/Shanghai"))
    rows = frame.filter(
        (polars.col("procedure") == "repair")
        & (polars.col("deadline") == "dispatch")
        & (polars.col("state") != "dropped")
        & ~polars.col("opening")
        & polars.col("due").is_not_null()
        & (polars.col("due") >= start)
        & (polars.col("due") < end)
    )
    if who:
        rows = rows.filter(polars.when(polars.col("stopped_by") != "").then(polars.col("stopped_by")).otherwise(polars.col("holder")) == who)
    done = rows.filter(polars.col("stopped").is_not_null() & (polars.col("stopped") <= polars.col("due"))).height
    late = rows.filter(polars.col("stopped").is_not_null() & (polars.col("stopped") > polars.col("due"))).height
    return done, rows.height, late


@pytest.mark.parametrize("who", [None, "li", "zhou", "chen"])
def test_polars_agrees(office, who):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    figure = office.score("2026-03", who)["dispatch_timeliness"]
    clock = office.clock
    end = min(datetime(2026, 4, 1, tzinfo=SH), clock)
    expected = recomputed(office.table("deadlines").to_polars(), polars, datetime(2026, 3, 1, tzinfo=SH), end, who)
    assert figure.due > 5
    assert (figure.done, figure.due, figure.late) == expected


def test_duckdb_agrees(office):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    deadlines = office.table("deadlines").to_pyarrow()  # noqa: F841 - duckdb reads it by its name
    done, due = duckdb.sql("""
        select count(*) filter (where stopped <= due), count(*) from deadlines
        where procedure = 'repair' and deadline = 'dispatch' and state <> 'dropped' and not opening
          and due >= timestamptz '2026-03-01 00:00:00+08' and due < timestamptz '2026-04-01 00:00:00+08'
    """).fetchall()[0]
    figure = office.score("2026-03")["dispatch_timeliness"]
    assert (figure.done, figure.due) == (done, due)
