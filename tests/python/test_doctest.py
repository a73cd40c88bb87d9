"""The examples in the docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import wuye

MODULES = sorted(m.name for m in pkgutil.iter_modules(wuye.__path__, "wuye.") if m.name not in ("wuye._core", "wuye.__main__"))


@pytest.mark.parametrize("name", ["wuye", *MODULES])
def test_examples(name):
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert result.failed == 0
