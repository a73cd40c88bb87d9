"""What the tests share: an office with people in it, and entries that are legal under the standard manual."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import wuye

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[2]
STAFF = {
    "li": "front_desk_officer",
    "chen": "control_room_attendant",
    "wang": "cs_supervisor",
    "sun": "technician",
    "he": "maintenance_supervisor",
    "gao": "site_manager",
}


def settle(office: wuye.Office, at: str = "2026-03-01T00:00+08:00") -> wuye.Office:
    """Registers people and two homes."""
    for code, post in STAFF.items():
        office.record(do="set_staff", by="system:setup", at=at, staff=code, post=post).require()
    for place in ("3-1201", "3-1202"):
        office.record(do="set_unit", by="system:setup", at=at, place=place).require()
    return office


@pytest.fixture
def office() -> Iterator[wuye.Office]:
    with settle(wuye.memory(seed="test")) as made:
        yield made


@pytest.fixture
def report() -> Callable[..., dict[str, Any]]:
    def make(at: str = "2026-03-02T10:00+08:00", **more: Any) -> dict[str, Any]:
        return {"do": "report", "by": "li", "at": at, "class": "repair", "place": "3-1201", "text": "水龙头漏水", "fault": "water", **more}

    return make


@pytest.fixture(scope="session")
def helpdesk() -> Path:
    """The help desk's log, which the project does not carry."""
    path = os.environ.get("WUYE_HELPDESK", "")
    if not path or not Path(path).exists():
        pytest.skip("the help desk's log is absent: set WUYE_HELPDESK to helpdesk.csv")
    return Path(path)
