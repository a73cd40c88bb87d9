"""The same months under another manual, and what differs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import wuye
from wuye import cli, simulate

STRICTER = 'name = "stricter"\nextends = "standard"\n'


def simulated(path: Path, answers: simulate.Answers | None = None) -> wuye.Office:
    office = wuye.open(path)
    simulate.record(simulate.month(7, "2026-03"), office, answers=answers)
    return office


def stricter(tmp_path: Path) -> Path:
    """Every repair is to be dispatched within a minute, whatever the hour."""
    layer = tmp_path / "stricter.toml"
    layer.write_text(
        STRICTER
        + '[[procedure.repair.deadline]]\nname = "dispatch"\n'
        + 'within = [ { limit = "1min", calendar = "around_the_clock", clause = "R331" } ]\n',
        encoding="utf-8",
    )
    return layer


def test_under_its_own_manual_a_simulated_month_is_itself(tmp_path: Path) -> None:
    with simulated(tmp_path / "o.db", simulate.Answers(7)) as office:
        same = office.what_if(office.manual)
        assert same.digest() == office.digest()
        assert same.state_digest() == office.state_digest()
        assert office.compare(same).rows() == []
        assert any("open_items" in case["fields"] for case in office.table("cases")), "what is counted at a handover is counted again"
        judged = same.table("what_if").rows()
        assert judged, "the simulated desk makes mistakes"
        assert all(r["verdict"] == "would_breach" and r["already"] for r in judged)


@pytest.mark.parametrize("at", ["10:11:15", "10:00:01"])
def test_what_the_last_entry_leaves_to_be_found_is_not_found_yet(at: str) -> None:
    """What falls due at its own instant, and what was due long before a late one was told."""
    with wuye.memory() as office:
        report = {"do": "report", "by": "li", "text": "龙头滴水", "class": "repair"}
        office.record(at="2026-03-02T10:00+08:00", **report).require()
        told = {} if at == "10:11:15" else {"now": "2026-03-02T15:00+08:00"}
        office.record(at=f"2026-03-02T{at}+08:00", **told, **report).require()
        assert office.next_due() <= office.clock
        same = office.what_if(office.manual)
        assert same.digest() == office.digest()
        office.advance(office.clock)
        assert office.digest() != same.digest()
        assert office.what_if(office.manual).digest() == office.digest()


def test_a_stricter_limit_changes_its_own_deadline_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "o.db"
    with simulated(path) as office:
        before = path.read_bytes()
        digest = office.digest()
        other = office.what_if(wuye.Manual.load(stricter(tmp_path)))
        rows = office.compare(other, "2026-03").rows()
        was, now = office.score("2026-03")["dispatch_timeliness"], other.score("2026-03")["dispatch_timeliness"]
        assert office.digest() == digest
        assert path.read_bytes() == before
    assert now.due >= was.due  # some fall due in March already, not in April
    assert now.done < was.done
    assert {r["kind"] for r in rows} == {"deadline", "notice", "figure"}
    assert {r["id"].split(":")[0] for r in rows if r["kind"] == "deadline"} == {"dispatch"}
    assert {r["id"].split(":")[1] for r in rows if r["kind"] == "notice" and ":dispatch:" in r["id"]} == {"dispatch"}
    assert {r["id"] for r in rows if r["kind"] == "figure"} == {"dispatch_timeliness"}
    with pytest.raises(wuye.ReadOnly):
        other.record(do="report", by="zhao", at="2026-05-01T08:00+08:00", place="3-1201", **{"class": "repair"})
    with pytest.raises(wuye.Misuse):
        other.compare(other)


def test_the_command_reports_what_would_be_otherwise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "o.db"
    simulated(path).close()
    layer = str(stricter(tmp_path))
    assert cli.main(["what-if", str(path), layer, "--period", "2026-03", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "differences" in out
    assert "points after" in out
    assert cli.main(["what-if", str(path), layer, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {r["kind"] for r in answer["differences"]} >= {"deadline", "figure"}
    assert cli.main(["what-if", str(path), "standard", "--differences", "--lang", "zh"]) == 0
    assert "差异" in capsys.readouterr().out
    assert cli.main(["what-if", str(path), str(tmp_path / "absent.toml")]) == 2
