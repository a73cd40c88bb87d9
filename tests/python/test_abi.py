"""The same answers through the shared library with nothing but ctypes: the stand-in for Java, .NET, Go and Node."""

from __future__ import annotations

import ctypes
import json
import os
from ctypes import POINTER, byref, c_char_p, c_int32, c_int64, c_size_t, c_uint8, c_void_p

import pytest

import wuye
from wuye import simulate

NTS = ctypes.c_size_t(-1).value


@pytest.fixture(scope="module")
def lib():
    path = os.environ.get("WUYE_LIB")
    if not path:
        pytest.skip("the shared library is not named: set WUYE_LIB to libwuye.so")
    lib = ctypes.CDLL(path)
    signatures = {
        "wuye_abi": (c_int32, []),
        "wuye_nts": (c_size_t, []),
        "wuye_version_string": (c_char_p, []),
        "wuye_manual_standard": (c_int32, [POINTER(c_void_p), POINTER(c_void_p)]),
        "wuye_manual_hash": (c_char_p, [c_void_p, POINTER(c_size_t)]),
        "wuye_manual_release": (None, [c_void_p]),
        "wuye_office_memory": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
        "wuye_office_record": (c_int32, [c_void_p, c_char_p, c_size_t, POINTER(c_void_p), POINTER(c_void_p)]),
        "wuye_office_record_lines": (c_int32, [c_void_p, c_char_p, c_size_t, c_int32, c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
        "wuye_office_advance": (c_int32, [c_void_p, c_int64, POINTER(c_void_p), POINTER(c_void_p)]),
        "wuye_office_next_due": (c_int32, [c_void_p, POINTER(c_int64), POINTER(c_uint8), POINTER(c_void_p)]),
        "wuye_office_digest": (c_int32, [c_void_p, POINTER(c_uint8 * 32), POINTER(c_void_p)]),
        "wuye_office_release": (None, [c_void_p]),
        "wuye_outcome_json": (c_char_p, [c_void_p, POINTER(c_size_t)]),
        "wuye_outcome_status": (c_int32, [c_void_p]),
        "wuye_outcome_count": (c_size_t, [c_void_p]),
        "wuye_outcome_release": (None, [c_void_p]),
        "wuye_text_data": (c_char_p, [c_void_p, POINTER(c_size_t)]),
        "wuye_text_release": (None, [c_void_p]),
        "wuye_error_status": (c_int32, [c_void_p]),
        "wuye_error_message": (c_char_p, [c_void_p, POINTER(c_size_t)]),
        "wuye_error_line": (c_int64, [c_void_p]),
        "wuye_error_release": (None, [c_void_p]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


@pytest.fixture
def office(lib):
    handle = c_void_p()
    assert lib.wuye_office_memory(None, None, byref(handle), None) == 0
    yield handle
    lib.wuye_office_release(handle)


def digest(lib, office):
    out = (c_uint8 * 32)()
    assert lib.wuye_office_digest(office, byref(out), None) == 0
    return bytes(out).hex()


def record(lib, office, entry):
    out = c_void_p()
    assert lib.wuye_office_record(office, json.dumps(entry).encode(), NTS, byref(out), None) == 0
    answer = json.loads(lib.wuye_outcome_json(out, None))
    lib.wuye_outcome_release(out)
    return answer


def test_the_library_is_the_same_release(lib):
    assert lib.wuye_version_string().decode() == wuye.__version__
    assert lib.wuye_nts() == NTS
    manual = c_void_p()
    assert lib.wuye_manual_standard(byref(manual), None) == 0
    assert lib.wuye_manual_hash(manual, None).decode() == wuye.Manual.standard().hash
    lib.wuye_manual_release(manual)


def test_ctypes_and_python_make_the_same_journal(lib, office):
    entries = simulate.resolved(simulate.simulate(11, "2026-03-01", days=6))
    text = "\n".join(json.dumps(e, ensure_ascii=False) for e in entries).encode()
    out = c_void_p()
    assert lib.wuye_office_record_lines(office, text, len(text), 2, None, None, byref(out), None) == 0
    assert lib.wuye_outcome_count(out) == len(entries)
    lib.wuye_outcome_release(out)
    with wuye.memory() as other:
        for entry in entries:
            other.record(**entry)
        assert other.digest() == digest(lib, office)
        due, has = c_int64(), c_uint8()
        assert lib.wuye_office_next_due(office, byref(due), byref(has), None) == 0
        assert bool(has.value) == (other.next_due() is not None)
        notices = c_void_p()
        assert lib.wuye_office_advance(office, due, byref(notices), None) == 0
        assert len(json.loads(lib.wuye_text_data(notices, None))) == len(other.advance(other.next_due()))
        lib.wuye_text_release(notices)
        assert other.digest() == digest(lib, office)


def test_errors_cross(lib, office):
    error, out = c_void_p(), c_void_p()
    status = lib.wuye_office_record(office, b'{"at": 1.5}', NTS, byref(out), byref(error))
    if status == 0:  # malformed entries are refusals, not errors
        assert lib.wuye_outcome_status(out) == 3
        lib.wuye_outcome_release(out)
    else:
        assert status & 0xFF == 1
        assert lib.wuye_error_message(error, None)
        assert out.value is None
        lib.wuye_error_release(error)
    assert record(lib, office, {"at": "2026-03-02T10:00+08:00", "by": "li", "do": "nothing"})["reason"] == "unknown_action"
    for name in ("manual", "office", "outcome", "text", "error"):
        getattr(lib, f"wuye_{name}_release")(None)
