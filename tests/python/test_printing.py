"""Tables whose columns line up, also in Chinese; progress that only a terminal sees."""

from __future__ import annotations

import io

from wuye._table import cut, pad, progress, render, width


def test_width():
    assert (width("abc"), width("物业"), width("ＡＢ"), width("e\u0301"), width("")) == (3, 4, 4, 1, 0)
    assert pad("物", 4) == "物  "
    assert pad("7", 3, right=True) == "  7"
    assert cut("物业管理", 5) == "物业…"
    assert cut("abc", 3) == "abc"


def test_columns_line_up():
    text = render(("指标", "n"), [("派单及时率", 1), ("x", 100)])
    lines = text.splitlines()
    ends = {width(line) for line in lines[1:]}
    assert len(ends) == 1
    assert lines[3].endswith("100")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_for_terminals():
    assert progress("x", io.StringIO()) is None
    out = Terminal()
    draw = progress("x", out)
    assert draw is not None
    for n in range(0, 1001):
        draw(n, 1000)
    draw(0, 0)
    assert out.getvalue().count("\r") <= 102
    assert "100 %" in out.getvalue()
