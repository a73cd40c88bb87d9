"""Tables leave as Arrow; every consumer that is installed reads them, and says the same twice."""

from __future__ import annotations

import gc
import importlib
import sys

import pytest

import wuye


@pytest.fixture
def view(office, report):
    case = office.record(**report()).require().case
    office.record(do="dispatch", by="li", at="2026-03-02T10:20+08:00", case=case, worker="sun").require()
    office.record(**report("2026-03-02T11:00+08:00")).require()
    return office.table("deadlines")


def partner(name):
    return pytest.importorskip(name, reason=f"{name} is not installed")


def instants(values):
    return [None if v is None or v != v else v for v in values]


@pytest.mark.parametrize("name", ["pyarrow", "polars", "pandas", "duckdb"])
def test_each_consumer_reads_the_same_rows_twice(view, name):
    module = partner(name)
    rows = view.rows()
    assert len(rows) == len(view) > 4

    def read():
        if name == "pyarrow":
            return module.table(view).to_pylist()
        if name == "polars":
            return module.DataFrame(view).to_dicts()
        if name == "pandas":
            frame = view.to_pandas()
            return [
                {k: None if v is module.NaT else v.to_pydatetime() if isinstance(v, module.Timestamp) else v for k, v in r.items()}
                for r in frame.to_dict("records")
            ]
        partner("pytz")  # which duckdb needs to hand out times with a zone
        relation = module.from_arrow(view) if hasattr(module, "from_arrow") else module.sql("from view")
        columns = relation.columns
        return [dict(zip(columns, row, strict=True)) for row in relation.fetchall()]

    first, second = read(), read()
    assert first == second
    assert [r["case"] for r in first] == [r["case"] for r in rows]
    assert [r["state"] for r in first] == [r["state"] for r in rows]
    assert [r["due"] for r in first] == [r["due"] for r in rows]
    assert [bool(r["provisional"]) for r in first] == [r["provisional"] for r in rows]


def test_schema_is_declared(view):
    pyarrow = partner("pyarrow")
    schema = pyarrow.table(view).schema
    assert schema.field("due").type == pyarrow.timestamp("us", "+08:00")
    assert schema.field("due").nullable
    assert schema.field("generation").type == pyarrow.int64()
    assert schema.field("provisional").type == pyarrow.bool_()
    assert schema.field("case").metadata[b"doc.en"]
    assert pyarrow.schema(view) == schema


def test_a_requested_schema_of_other_fields_is_refused(view):
    pyarrow = partner("pyarrow")
    with pytest.raises(ValueError, match="fields"):
        view.__arrow_c_stream__(pyarrow.schema([("a", pyarrow.int64())]).__arrow_c_schema__())
    assert view.__arrow_c_stream__(pyarrow.schema(view).__arrow_c_schema__()) is not None


@pytest.mark.parametrize("method", ["to_pyarrow", "to_polars", "to_pandas"])
def test_an_absent_partner_is_named(view, method, monkeypatch):
    name = method[3:]
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r"pip install 'wuye\["):
        getattr(view, method)()


def test_pandas_without_pyarrow(view, monkeypatch):
    partner("pandas")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    frame = view.to_pandas()
    assert list(frame.columns) == list(view.columns)
    assert len(frame) == len(view)


def test_polars_without_pyarrow(view, monkeypatch):
    partner("polars")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert view.to_polars().height == len(view)


def test_capsules_that_nobody_consumes_leak_nothing(view):
    for _ in range(200):
        view.__arrow_c_stream__()
        view.__arrow_c_schema__()
    gc.collect()


def test_rows_and_text(view, office):
    assert next(iter(view)) == view.rows()[0]
    assert "due" in str(view)
    assert "rows" in repr(view)
    assert str(office.table("tallies"))
    assert importlib.import_module("wuye.frames").View is wuye.View
