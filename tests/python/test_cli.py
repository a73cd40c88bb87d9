"""The command line: what it prints, and how it ends."""

from __future__ import annotations

import json

import pytest

import wuye
from wuye.cli import main


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setenv("WUYE_LANG", "en")
    monkeypatch.delenv("CI", raising=False)

    def call(*argv: object) -> tuple[int, str, str]:
        code = main([str(a) for a in argv])
        out = capsys.readouterr()
        return code, out.out, out.err

    return call


@pytest.fixture
def path(tmp_path, run):
    path = tmp_path / "garden.db"
    assert run("init", path)[0] == 0
    entries = [
        {"do": "set_staff", "by": "system:setup", "at": "2026-03-01T00:00+08:00", "staff": s, "post": p}
        for s, p in (("li", "front_desk_officer"), ("wang", "cs_supervisor"), ("sun", "technician"))
    ] + [{"do": "set_unit", "by": "system:setup", "at": "2026-03-01T00:00+08:00", "place": "3-1201"}]
    lines = tmp_path / "setup.jsonl"
    lines.write_text("\n".join(json.dumps(e) for e in entries), encoding="utf-8")
    assert run("record", path, lines)[0] == 0
    return path


def report(run, path, at="2026-03-02T10:00+08:00", *more):
    return run(
        "record",
        path,
        "--do",
        "report",
        "--by",
        "li",
        "--at",
        at,
        "--case",
        "A",
        "--with",
        "class=repair",
        "--with",
        "place=3-1201",
        "--with",
        "text=漏水",
        *more,
    )


def test_a_day(run, path, tmp_path):
    code, out, _ = report(run, path)
    assert code == 0
    assert "A: reported" in out
    code, out, _ = run("due", path)
    assert code == 0
    assert "dispatch" in out
    assert "next due" in out
    code, out, _ = run("advance", path, "2026-03-02T12:00+08:00")
    assert code == 1
    assert "cs_supervisor" in out
    assert run("advance", path, "2026-03-02T12:00+08:00")[0] == 0
    code, out, _ = run("notices", path, "--lang", "zh")
    assert code == 0
    assert "条款" in out
    assert "dispatch" in out
    code, out, _ = run("score", path, "2026-03", "--why", "dispatch_timeliness")
    assert code == 0
    assert "dispatch" in out.lower()
    assert "A" in out
    code, out, _ = run("score", path, "2026-03", "--json")
    assert "dispatch_timeliness" in {figure["metric"] for figure in json.loads(out)}
    assert run("explain", path, "A")[0] == 0
    code, out, _ = run("table", path, "cases", "--json")
    assert json.loads(out)[0]["case"] == "A"
    assert "deadlines" in run("table", path)[1]
    assert run("verify", path)[0] == 0
    code, out, _ = run("backup", path, tmp_path / "copy.db")
    assert code == 0
    assert run("verify", tmp_path / "copy.db")[0] == 0
    assert run("backup", path, tmp_path / "copy.db")[0] == 2


def test_refusals_and_bad_input(run, path, tmp_path):
    code, out, _ = report(run, path, "2026-03-02T10:00+08:00", "--with", "colour=red")
    assert code == 1
    assert "unknown_field" in out
    code, _, err = report(run, path, "2026-03-02T10:00")
    assert code == 2
    assert "offset" in err
    assert run("record", path)[0] == 2
    assert run("record", path, "--do", "report", "--by", "li", "--at", "2026-03-02T10:00+08:00", "--with", "oops")[0] == 2
    code, _, err = run("due", tmp_path / "absent.db")
    assert code == 2
    assert "wuye init" in err
    assert run("nonsense")[0] == 2
    assert run("init", path)[0] == 2
    assert run("score", path, "March")[0] == 2
    assert run("--version")[0] == 0
    (tmp_path / "bad.db").write_bytes(b"no office at all" * 300)
    assert run("verify", tmp_path / "bad.db")[0] == 2
    assert report(run, path, "2026-03-02T10:00+08:00", "--dry-run")[0] == 0
    assert "[]" in run("table", path, "cases", "--json")[1]
    assert run("record", path, "--do", "x", "--by", "y", "--at", "2026-03-02T10:00+08:00", "--with", "line:=7")[0] == 1


def test_check(run, tmp_path):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text('name = "good"\nextends = "standard"\n', encoding="utf-8")
    bad.write_text('name = "bad"\nextends = "standard"\nnmae = 1\n', encoding="utf-8")
    assert run("check", good)[0] == 0
    code, out, _ = run("check", bad)
    assert code == 1
    assert f"{bad}:3:1" in out
    assert run("check", tmp_path / "absent.toml")[0] == 2
    assert json.loads(run("check", bad, "--json")[1])[0]["line"] == 3


def test_replay_and_update(run, tmp_path):
    from test_plugin import BAD, GOOD

    (tmp_path / "a.toml").write_text(GOOD, encoding="utf-8")
    assert run("replay", tmp_path)[0] == 0
    bad = tmp_path / "b.toml"
    bad.write_text(BAD, encoding="utf-8")
    code, out, _ = run("replay", tmp_path)
    assert code == 1
    assert "1 passed, 1 failed" in out
    assert "00:11" in out
    assert run("replay", bad, "--update")[0] == 1
    assert bad.read_text(encoding="utf-8") == GOOD
    assert run("replay", bad)[0] == 0
    bad.write_text("[[step", encoding="utf-8")
    assert run("replay", bad)[0] == 2
    assert run("replay", tmp_path / "none")[0] == 2


def test_update_under_ci(run, tmp_path, monkeypatch):
    monkeypatch.setenv("CI", "1")
    (tmp_path / "a.toml").write_text("[[step]]", encoding="utf-8")
    assert run("replay", tmp_path, "--update")[0] == 2


def test_clauses(run, tmp_path):
    from test_plugin import GOOD

    (tmp_path / "a.toml").write_text(GOOD, encoding="utf-8")
    code, out, _ = run("clauses", "--module", "R046-R064", "--scenarios", tmp_path, "--lang", "zh")
    assert code == 0
    assert "R051" in out
    assert "规则" in out
    assert "条款数 19" in out
    rows = {r["id"]: r for r in json.loads(run("clauses", "--scenarios", tmp_path, "--json")[1])}
    assert len(rows) == 471
    assert rows["R051"]["scenarios"] == ["a.toml"]
    assert rows["R052"]["treated"] == "checklist"
    code, out, _ = run("clauses", "--module", "repair", "--scenarios", tmp_path, "--missing")
    assert code == 1
    assert "R051" not in out


def test_import_and_simulate(run, tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(
        "caseid,task,user,end_timestamp\n8,Assign seriousness,Value 8,2010-12-22T06:35:14\n8,Oops,Value 8,2010-12-22T06:36:14\n", encoding="utf-8"
    )
    office, entries, rows = tmp_path / "desk.db", tmp_path / "out.jsonl", tmp_path / "rows.csv"
    code, out, _ = run("import", log, "--mapping", "helpdesk", "--office", office, "--entries", entries, "--report", rows, "--score", "all")
    assert code == 1
    assert "row 3" in out
    assert "digest" in out
    assert len(entries.read_text(encoding="utf-8").splitlines()) == 5
    assert "unfit" in rows.read_text(encoding="utf-8")
    assert json.loads(run("import", log, "--mapping", "helpdesk", "--json")[1])["counts"]["unfit"] == 1
    assert run("import", log, "--mapping", "nothing")[0] == 2
    sim = tmp_path / "sim.db"
    assert run("simulate", "--seed", 7, "--month", "2026-03", "--per-day", 2, "--office", sim)[0] == 0
    code, out, _ = run("simulate", "--seed", 7, "--month", "2026-03", "--per-day", 2)
    assert code == 0
    with wuye.memory() as again, wuye.open(sim) as first:
        again.record_lines(out, mode="independent")
        assert again.last_seq == first.last_seq
    assert run("simulate", "--seed", 7, "--month", "March")[0] == 2


def test_about(run):
    assert wuye.__version__ in run("about")[1]
