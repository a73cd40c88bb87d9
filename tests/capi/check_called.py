"""tests/capi/everything.c calls every exported function."""

import re
from pathlib import Path

from declared import exports, finish, without_comments

text = without_comments(Path(__file__).with_name("everything.c").read_text(encoding="utf-8"))
called = set(re.findall(r"\b(wuye_\w+)\(", text))
finish([f"{name}: never called" for name in exports() if name not in called], f"{len(exports())} functions, each called")
