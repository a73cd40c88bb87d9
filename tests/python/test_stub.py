"""The stub says what the native module has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import wuye


def test_stub_and_module_agree():
    pytest.importorskip("mypy", reason="mypy is not installed")
    package = str(Path(wuye.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "wuye._core", "--allowlist", str(Path(__file__).with_name("stubtest_allow.txt"))],
        capture_output=True,
        text=True,
        env={**os.environ, "MYPYPATH": "" if "site-packages" in package else package},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
