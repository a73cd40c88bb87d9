"""Every status of wuye.h has its class, and every class says where and what."""

from __future__ import annotations

import pickle

import pytest

import wuye
from wuye import _core, errors

BUILTINS = {
    1: ValueError, 2: LookupError, 4: TimeoutError, 5: PermissionError, 6: OSError, 7: OSError, 9: NotImplementedError, 10: MemoryError,
    12: RuntimeError, 13: RuntimeError, 14: RuntimeError, 15: ValueError, 16: OverflowError,
}  # fmt: skip


def test_every_status_of_the_header_has_a_class_of_its_own():
    named = {status: _core.status_name(status) for status in range(1, 64) if _core.status_name(status) != "unknown"}
    assert {status: kind.name for status, kind in errors.by_status().items()} == named
    assert len(set(errors.by_status().values())) == len(named)


@pytest.mark.parametrize("status", sorted(errors.by_status()))
def test_each_error_is_also_the_builtin_one_expects(status):
    error = errors._from_core(status | 0x300, "something", "a.toml", 3, 4, [("clause", "R051"), ("nearest", "x")])
    assert type(error) is errors.by_status()[status]
    assert isinstance(error, (wuye.Error, BUILTINS.get(status, Exception)))
    assert issubclass(type(error), BUILTINS.get(status, Exception))
    assert (error.code, error.symbol) == (status, _core.status_name(status))
    assert (error.clause, error.details["nearest"], error.file, error.line, error.column) == ("R051", "x", "a.toml", 3, 4)
    assert str(error) == "a.toml:3:4: something"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.details) == (type(error), str(error), error.details)


def test_an_unknown_status_is_an_internal_error():
    assert isinstance(errors._from_core(99, "?", "", 0, 0, []), wuye.InternalError)


def test_place_without_file():
    assert str(wuye.InvalidArgument("bad", line=2, column=5)) == "line 2, column 5: bad"
    assert str(wuye.InvalidArgument("bad")) == "bad"


def test_details_do_not_change():
    error = wuye.NotFound("no", details=[("a", "b")])
    with pytest.raises(TypeError):
        error.details["a"] = "c"


def test_rejected_carries_its_outcome(office):
    outcome = office.record(do="no_such_action", by="li", at="2026-03-02T10:00+08:00")
    with pytest.raises(wuye.Rejected) as caught:
        outcome.require()
    assert caught.value.outcome == outcome
    assert pickle.loads(pickle.dumps(caught.value)).outcome == outcome
