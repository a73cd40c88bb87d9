"""What a simulated desk has in care: keys that are entrusted and lent, parcels, things left and found; and doors that are forced for want of a key.

Used by :mod:`wuye.simulate`. Actions and fields are those of the standard chapters KF-18 (keys) and KF-19 (items).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from wuye._simulate_desk import _Matter
from wuye.simulate import _Dice, _morning, _Office

__all__ = ["PER_REPAIR", "RARE_PER_REPAIR", "at_first", "thing"]

# How many of each come with a repair.
PER_REPAIR = {"key": 0.02, "parcel": 0.5, "found": 0.03}

#: What hardly ever comes.
RARE_PER_REPAIR = {"forced": 0.002}

#: Of so many units one has entrusted its key before the first day.
_ENTRUSTED = 12

_COURIERS = ("顺丰", "中通", "圆通", "京东")
_FEATURES = ("纸箱", "软袋", "文件袋", "泡沫箱")
_FOUND = (
    ("ordinary", "雨伞"),
    ("ordinary", "儿童水壶"),
    ("ordinary", "围巾"),
    ("documents", "身份证"),
    ("valuables", "手机"),
    ("fresh_food", "蔬菜"),
)


class _Thing(_Matter):
    """One thing in care, from the moment it is entrusted to its end."""

    @property
    def owner(self) -> str:
        return f"resident:{self.place}"

    # Keys.

    def key(self) -> None:
        self.keep_key(f"K-{self.number:05d}")

    def keep_key(self, tag: str) -> None:
        self.until_open(5, 300)
        self.pieces = self.dice.whole(1, 4)
        letter = {} if self.slip() else {"letter": f"模拟-WT-{tag}", "letter_date": self.at.date(), "reason": "模拟：长期在外地"}
        kept = {"tag": tag, "cabinet": f"A-{self.dice.whole(1, 60):02d}", "pieces": self.pieces, "cards": self.dice.whole(0, 2)}
        about = {"place": self.place, "reporter": self.owner, "told": True, "collector": f"{self.owner}-kin"}
        self.tell("entrust_key", self.desk(), class_="key_custody", **kept, **about, **letter)
        for _ in range(self.dice.whole(0, 7)):
            self.days(3, 50)
            if self.at >= self.office.end or not self.loan():
                return
        if self.dice.chance(0.4):
            self.days(3, 60)
            self.hand_over()

    def days(self, low: int, high: int) -> None:
        """So many days later, in the first hours of the desk."""
        self.at = _morning(self.at + timedelta(days=self.dice.whole(low, high)), self.dice.whole(20, 380))

    def loan(self) -> bool:
        """A key is lent and comes back; False where it never does."""
        worker = self.dice.pick(self.office.technicians)
        lent = self.dice.whole(1, self.pieces)
        leave: dict[str, Any] = {"consent": "phone", "approved_by": "wang"}
        if self.slip():
            del leave[self.dice.pick(tuple(leave))]
        self.tell("lend", self.desk(), borrower=worker, purpose=self.dice.pick(("repair", "inspection", "cleaning")), lent=lent, **leave)
        if self.dice.chance(0.02):
            return self.lose(worker)
        self.wait(20, 100)
        if self.late():
            self.at = self.at.replace(hour=19, minute=self.dice.whole(0, 50))
            self.tell("remind", "chen", note="模拟：电话催还")
            self.at = _morning(self.at, self.dice.whole(5, 200)) + timedelta(days=self.dice.pick((0, 0, 1)))
        returner = self.dice.pick(self.office.technicians) if self.slip() else worker
        returned = lent - 1 if lent > 1 and self.slip() else lent
        self.tell("give_back", self.desk(), returner=returner, returned=returned)
        return True

    def lose(self, worker: str) -> bool:
        self.wait(60, 240)
        self.tell("lose", self.desk(), how="模拟：交接时不见", lost_by=worker)
        self.wait(60, 1000, late=3000)
        self.until_open(5, 60)
        if self.dice.chance(0.4):
            self.tell("find_again", self.desk(), returned=self.pieces)
            return True
        self.tell("change_lock", "wang", cost=100 * self.dice.whole(120, 400), borne_by="at_fault", lost_by=worker)
        return False

    def hand_over(self) -> None:
        way = self.dice.pick(("owner", "owner", "owner", "refit", "other", "lock"))
        if way == "lock":
            self.tell("owner_changed_lock", self.desk(), how="模拟：业主自行换锁")
            return
        taken: dict[str, Any] = {"signature": f"模拟-IMG-{self.number}", "returned": self.pieces}
        taken["occasion"] = "refit" if way == "refit" else "withdrawn"
        if way == "refit" and not self.slip():
            taken["formalities"] = f"模拟-ZX-{self.number}"
        if way == "other":
            proof = {"identity": "id_card", "identity_tail": "0000", "owner_called": not self.slip()}
            self.tell("hand_to_other", self.desk(), taken_by=f"{self.owner}-kin", **taken, **proof)
        else:
            self.tell("hand_to_owner", self.desk(), taken_by=self.owner, **taken)

    # A door that is forced.

    def forced(self) -> None:
        about: dict[str, Any] = {"place": self.place, "why": self.dice.pick(("water", "water", "gas", "fire", "life"))}
        about |= {"witnesses": ["g1"] if self.slip() else ["g1", "g2"], "approved_by": "tang" if self.slip() else self.dice.pick(("wang", "gao"))}
        if self.dice.chance(0.5):
            about["police"] = f"模拟-警号-{self.number}"
        self.tell("force_entry", self.desk(), class_="forced_entry", **about)
        self.wait(60, 600, late=2500)
        self.tell("make_good", self.desk(), record=f"模拟-XC-{self.number}", owner_told=not self.slip())

    # Parcels and things left.

    def parcel(self) -> None:
        self.until_open(20, 500)
        kind = "deposit" if self.dice.chance(0.15) else "parcel"
        token = f"T-{self.number:05d}"
        about: dict[str, Any] = {"kind": kind, "content": "ordinary"}
        about |= {"features": f"模拟：{self.dice.pick(_FEATURES)}", "pieces": self.dice.pick((1, 1, 1, 2))}
        about |= {"shelf": f"B-{self.dice.whole(1, 40):02d}", "token": token, "warned": True, "reporter": self.owner}
        if kind == "parcel":
            about |= {"consent": f"模拟-SQ-{self.place}", "courier": self.dice.pick(_COURIERS), "waybill": f"模拟-YD-{self.number}"}
        else:
            about["deposited"] = f"模拟-IMG-{self.number}"
        if self.dice.chance(0.03):
            about |= {"damaged": True, "photo": f"模拟-ZP-{self.number}"}
        refused = self.slip()  # nothing fresh is taken in
        self.tell("accept_item", self.desk(), class_="item_custody", **about | ({"content": "fresh_food"} if refused else {}))
        if refused or self.dice.chance(0.01):
            return  # never collected
        days = 7 if kind == "parcel" else 3
        begun = self.at
        self.wait(60, days * 700, late=days * 1400)
        self.until_open(5, 300)
        if self.dice.chance(0.02):
            self.tell("not_there", self.desk(), how="模拟：不在架位")
            self.wait(10, 300, late=2000)
            self.tell("reshelve", self.desk(), shelf="B-01")
            self.wait(5, 60)
        if self.slip() and not self.misgiven():
            return
        if kind == "parcel" and self.at - begun > timedelta(days=days) and self.dice.chance(0.5):
            self.tell("send_back", self.desk(), why="overdue", receipt=f"模拟-TH-{self.number}")
            return
        signed = {"signature": f"模拟-IMG-{self.number}"}
        if self.slip():  # whoever asks for it is not the one it is for: held back
            self.tell("pick_up", self.desk(), taken_by="resident:nobody", token_shown=token, **signed)
            self.wait(5, 100)
        shown = {"token_shown": token} if self.dice.chance(0.9) else {"identity": "模拟-身份证-0000"}
        self.tell("pick_up", self.desk(), taken_by=self.owner, **shown, **signed)

    def misgiven(self) -> bool:
        """It went to the wrong person; False where it never came back."""
        self.tell("misgive", self.desk(), taken_by="resident:nobody", how="模拟：错认")
        self.wait(30, 600, late=2000)
        self.until_open(5, 100)
        if self.dice.chance(0.2):
            self.tell("compensate", "wang", how="模拟：未能追回", settled=100 * self.dice.whole(20, 200))
            return False
        self.tell("recover", self.desk(), shelf="B-02")
        self.wait(30, 600)
        self.until_open(5, 100)
        return True

    # What is found.

    def found(self) -> None:
        self.until_open(5, 300)
        content, what = self.dice.pick(_FOUND)
        about: dict[str, Any] = {"features": f"模拟：{what}", "finder": self.owner, "token": f"F-{self.number:05d}"}
        about["counters"] = ["li"] if self.slip() else ["li", "zhou"]
        self.tell("accept_found", self.desk(), class_="item_custody", content=content, **about)
        self.wait(30, 300, late=3000)
        self.until_open(5, 60)
        if content == "fresh_food":
            self.tell("throw_away", self.desk(), red=not self.slip())
        elif content != "ordinary":
            self.tell("hand_to_police", self.desk(), receipt=f"模拟-GA-{self.number}")
        else:
            self.tell("post_notice", "gao", notice=f"模拟-ZL-{self.number}")
            self.wait(600, 20_000)
            self.until_open(5, 300)
            if self.dice.chance(0.6):
                proof = {"identity": "模拟-身份证-0000", "described": f"模拟：{what}", "signature": f"模拟-IMG-{self.number}"}
                self.tell("claim", self.desk(), taken_by=f"resident:{self.place}", **proof)


def at_first(office: _Office, dice: _Dice, begin: datetime, places: Sequence[str]) -> None:
    """The keys that are entrusted on the first day."""
    for number, place in enumerate(places[::_ENTRUSTED], 1):
        one = _Thing(office, dice, "first_key", number, begin + timedelta(hours=9, minutes=5 * number), place)
        one.keep_key(f"A-{number:03d}")


def thing(office: _Office, dice: _Dice, kind: str, number: int, at: datetime, places: Sequence[str]) -> None:
    """One thing of that kind, with everything that becomes of it."""
    one = _Thing(office, dice, kind, number, at, dice.pick(places))
    getattr(one, kind)()
