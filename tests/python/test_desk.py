"""What a desk holds and is owed, and the papers of it, from Python and from the command line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

import wuye
from wuye import desk
from wuye.cli import main


def at(day: int, hour: int, minute: int = 0) -> str:
    return f"2026-03-{day:02d}T{hour:02d}:{minute:02d}:00+08:00"


def tell(office: wuye.Office, do: str, when: str, by: str = "zhao", **fields: object) -> wuye.Outcome:
    out = office.record(do=do, at=when, by=by, **fields)
    assert out.accepted, str(out)
    return out


def fill(office: wuye.Office) -> dict[str, str]:
    for who, post in (
        ("zhao", "front_desk_officer"),
        ("li", "control_room_attendant"),
        ("wang", "cs_supervisor"),
        ("sun", "technician"),
        ("kuai", "accountant"),
    ):
        tell(office, "set_staff", at(1, 0), "system:setup", staff=who)
        tell(office, "set_post", at(1, 0), "system:setup", staff=who, post=post)
    tell(office, "set_unit", at(1, 0), "system:setup", place="3-1201", area="100")
    tell(office, "set_unit", at(1, 0), "system:setup", place="3-1202", area="50")
    tell(office, "set_party", at(1, 0), "system:setup", party="p1", place="3-1201", role="owner")
    tell(office, "set_party", at(1, 0), "system:setup", party="p2", place="3-1202", role="owner")
    key = {
        "class": "key_custody",
        "place": "3-1201",
        "reporter": "resident:3-1201",
        "pieces": 3,
        "cabinet": "A-01",
        "letter": "WT-1",
        "letter_date": "2026-03-02",
        "reason": "长期在外地",
        "told": True,
        "collector": "resident:wu",
    }
    cases = {
        "key": tell(office, "entrust_key", at(2, 9), tag="017", **key).case,
        "lent": tell(office, "entrust_key", at(2, 9, 5), tag="018", **key).case,
    }
    shift = {"class": "shift", "desk": "service_centre", "shift": "day", "starts": at(2, 8, 30)}
    cases["shift"] = tell(office, "arrive_for_duty", at(2, 8, 10), **shift).case
    tell(office, "take_over", at(2, 8, 30), case=cases["shift"])
    tell(office, "lend", at(2, 17), case=cases["lent"], borrower="sun", purpose="repair", lent=3, consent="phone", approved_by="wang")
    cases["repair"] = tell(office, "report", at(2, 17, 30), **{"class": "repair"}, place="3-1202", text="龙头滴水").case
    tell(office, "draw_up", at(2, 18, 20), case=cases["shift"], cash=52000, items=0, keys=3, pending="龙头待派")
    return cases


@pytest.fixture
def office() -> wuye.Office:
    return wuye.memory()


def test_where_the_keys_are(office):
    cases = fill(office)
    keys = {row["tag"]: row for row in desk.held(office, desk.KEYS)}
    assert (keys["017"]["keeper"], keys["018"]["keeper"], keys["018"]["who"]) == ("office", "person", "sun")
    assert [row["stage"] for row in desk.moves(office, "018")] == ["held", "lent"]
    assert desk.moves(office, cases["lent"]) == desk.moves(office, "018")
    before = office.as_of(at(2, 16))
    assert {row["keeper"] for row in desk.held(before, desk.KEYS)} == {"office"}
    assert desk.held(office, desk.ITEMS) == []
    with pytest.raises(wuye.NotFound):
        desk.moves(office, "019")


def test_the_handover_sheet(office):
    cases = fill(office)
    sheet = desk.handover(office)
    assert (sheet.shift, sheet.stage, sheet.by) == (cases["shift"], "handing_over", "zhao")
    assert sheet.fields["cash"] == Decimal("520.00")
    assert sheet.fields["open_items"] == 1
    assert [row["case"] for row in sheet.open_items] == [cases["repair"]]
    assert [row["tag"] for row in sheet.keys_out] == ["018"]
    assert [step for step, _, _ in sheet.steps] == ["arrive_for_duty", "take_over", "draw_up"]
    chinese, english = sheet.text("zh"), sheet.text("en")
    assert "交接班单  服务中心前台  白班" in chinese
    assert "520.00" in chinese
    assert "Keys that are out" in english
    assert desk.handover(office, cases["shift"]).shift == cases["shift"]
    with pytest.raises(wuye.NotFound):
        desk.handover(office, "shift-99")
    with pytest.raises(wuye.NotFound):
        desk.handover(wuye.memory())


def test_arrears(office):
    fill(office)
    tell(office, "bill", at(3, 9), "kuai", **{"class": "billing", "heads": ["management"], "from": "2026-03-01", "to": "2026-03-31"})
    tell(office, "receive", at(20, 9), "kuai", **{"class": "receipt"}, amount=23500, place="3-1201", method="cash")
    assert desk.arrears(office, date(2026, 3, 25)).accounts == ()
    late = desk.arrears(office, date(2026, 3, 26))
    assert [(a["place"], a["payer"], a["overdue"]) for a in late.accounts] == [("3-1202", "p2", Decimal("117.50"))]
    assert late.by_head == (("management", Decimal("117.50")),)
    assert (late.overdue, late.prepaid, late.unclaimed) == (Decimal("117.50"), Decimal("0.00"), ())


def test_from_the_command_line(tmp_path, capsys):
    path = str(tmp_path / "garden.db")
    with wuye.open(path, seed="desk") as office:
        fill(office)
    assert main(["keys", path, "--lang", "zh"]) == 0
    assert "sun" in capsys.readouterr().out
    assert main(["keys", path, "018", "--lang", "en"]) == 0
    assert capsys.readouterr().out.count("018") == 2
    assert main(["keys", path, "--at", at(2, 16)]) == 0
    assert "sun" not in capsys.readouterr().out
    assert main(["parcels", path, "--lang", "en"]) == 0
    assert "nothing is in custody" in capsys.readouterr().out
    assert main(["handover", path, "--lang", "zh"]) == 0
    assert "交接班单" in capsys.readouterr().out
    assert main(["handover", path, "nobody"]) == 2
    bill = ["bill", path, "management", "--from", "2026-03-01", "--to", "2026-03-31", "--by", "kuai", "--at", at(3, 9), "--lang", "en"]
    assert main([*bill, "--dry-run"]) == 0
    preview = capsys.readouterr().out
    assert "charged: 352.50" in preview
    with wuye.open(path, read_only=True) as office:
        assert office.table("charges").rows() == []
    assert main(bill) == 0
    assert capsys.readouterr().out == preview
    with wuye.open(path) as office:
        assert sum(row["amount"] for row in office.table("charges").rows()) == Decimal("352.50")
        tell(office, "receive", at(28, 9), "kuai", **{"class": "receipt"}, amount=23500, place="3-1201", method="cash")
    assert main(["collect", path, "--lang", "en"]) == 1
    out = capsys.readouterr().out
    assert "3-1202" in out
    assert "3-1201" not in out


def test_a_proposal_is_the_first_thing_an_office_is_asked():
    office = wuye.memory()
    out = office.propose(do="set_unit", by="system:setup", at=at(1, 0), place="3-1201")
    assert out.accepted
    assert '"set_unit"' in office.proposed()
    office.discard()
    assert office.table("units").rows() == []


def test_a_count_has_no_pass_mark(office):
    cases = fill(office)
    out = office.record(do="dispatch", by="zhao", at=at(2, 17, 40), case=cases["repair"])
    assert [breach.reason for breach in out.breaches] == ["missing_field"]
    scores = office.score("2026-03")
    assert (scores["work_records"].done, scores["work_records"].points) == (1, Decimal("5.00"))
    shown = {line.split("  ")[0]: line for line in scores.table("en").splitlines()}
    assert "%" not in shown["Incomplete work records"]
    assert "%" in shown["Dispatch timeliness"]
