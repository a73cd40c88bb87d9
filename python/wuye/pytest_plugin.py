"""Scenario files as pytest tests: ``*.sop.toml`` anywhere, and TOML files with steps in a folder called ``scenarios``.

Reading, running and reporting happen in the core; this file only finds the files and hands the report on. Switch it off with
``-p no:wuye``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

_STEP = re.compile(r"^\s*\[\[\s*step\s*\]\]", re.MULTILINE)
_ERROR = re.compile(r"^error\s*=", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--wuye-update``."""
    parser.getgroup("wuye").addoption(
        "--wuye-update",
        action="store_true",
        help="rewrite the expectations of failing scenarios with what came, for review; refused under CI",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declares the mark ``clause`` and refuses to rewrite expectations under CI."""
    config.addinivalue_line("markers", "clause(*ids): the clauses that a scenario covers")
    if config.getoption("--wuye-update") and os.environ.get("CI"):
        raise pytest.UsageError("--wuye-update rewrites expectations for review; it is refused under CI (environment variable CI)")


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> ScenarioFile | None:
    """Takes the files that are scenarios."""
    if file_path.name.endswith(".sop.toml"):
        return ScenarioFile.from_parent(parent, path=file_path)
    if file_path.suffix != ".toml" or "scenarios" not in file_path.parent.parts:
        return None
    text = file_path.read_text(encoding="utf-8", errors="replace")
    if not (_STEP.search(text) or _ERROR.search(text)):
        return None
    return ScenarioFile.from_parent(parent, path=file_path)


class ScenarioFile(pytest.File):
    """One scenario file."""

    def collect(self) -> Iterable[ScenarioItem]:
        """The file's one scenario, named by its title and marked with its clauses."""
        from wuye import Error
        from wuye._toml import loads

        title = self.path.name
        covers: tuple[str, ...] = ()
        try:
            head = loads(self.path.read_text(encoding="utf-8"), str(self.path))
            title = str(head.get("title", title))
            covers = tuple(c for c in head.get("covers", ()) if isinstance(c, str))
        except (Error, UnicodeDecodeError, TypeError):
            pass  # the core says what is wrong with it, when it is run
        yield ScenarioItem.from_parent(self, name=title, covers=covers)


class ScenarioFailedError(AssertionError):
    """A scenario whose expectations did not hold; its text is the core's report."""


class ScenarioItem(pytest.Item):
    """One scenario."""

    def __init__(self, *, covers: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.covers = covers
        if covers:
            self.add_marker(pytest.mark.clause(*covers))
            self.extra_keyword_matches.update(covers)

    def runtest(self) -> None:
        """Runs the scenario in the core."""
        import wuye

        update = bool(self.config.getoption("--wuye-update"))
        result = wuye.run_scenario(self.path, update=update)
        if result.passed:
            return
        if update and result.updated_text != self.path.read_text(encoding="utf-8"):
            self.path.write_text(result.updated_text, encoding="utf-8", newline="")
            again = wuye.run_scenario(self.path)
            if again.passed:
                return
            result = again
        raise ScenarioFailedError(result.failure)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The core's report, or the place of what cannot be read; a traceback only for our own defects."""
        import wuye

        if isinstance(excinfo.value, ScenarioFailedError):
            return str(excinfo.value)
        if isinstance(excinfo.value, (wuye.InvalidArgument, wuye.NotFound)):
            return f"{type(excinfo.value).__name__}: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return self.path, 0, f"scenario: {self.name}"
