"""A package of somebody else's brings mappings and a reader, and holds them to the contract."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import ROOT

PACKAGE = ROOT / "tests" / "plugins" / "acme"
RECORD = PACKAGE / "semantic_gw_acme" / "mappings" / "acme-scale" / "examples" / "north.json"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package is installed, in a folder of its own."""
    source = tmp_path_factory.mktemp("source") / "acme"
    shutil.copytree(PACKAGE, source)
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = run([*pip, "--disable-pip-version-check", "--target", str(target), str(source)], source)
    assert done.returncode == 0, done.stderr
    return target


def run(command: list[str], cwd: Path, *, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    places = os.pathsep.join(map(str, (*([path] if path else []), ROOT)))
    environment = {**os.environ, "PYTHONPATH": places}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_what_it_brings_is_in_use(installed: Path, tmp_path: Path) -> None:
    done = run(
        [sys.executable, "-m", "semantic_gw.cli", "lift", str(RECORD), "--to", "report"], tmp_path, path=installed
    )
    told = json.loads(done.stdout)

    assert (told["family"], told["observations"][0]["value"]) == ("acme-scale", 12.5)


def test_it_keeps_the_contract(installed: Path, tmp_path: Path) -> None:
    shutil.copy(PACKAGE / "contract.py", tmp_path / "test_acme.py")
    done = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."], tmp_path, path=installed)

    assert done.returncode == 0, done.stdout
    assert "11 passed" in done.stdout


def test_the_contract_finds_what_is_wrong(installed: Path, tmp_path: Path) -> None:
    broken = tmp_path / "installed"
    shutil.copytree(installed, broken)
    manifest = broken / "semantic_gw_acme" / "mappings" / "acme-shed.mapping.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("°C", "°F"), "utf-8")
    shutil.copy(PACKAGE / "contract.py", tmp_path / "test_acme.py")
    test = str(tmp_path / "test_acme.py")
    done = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test], tmp_path, path=broken)

    assert "test_an_example_becomes_the_graphs_beside_it[acme-shed/one]" in done.stdout
    assert "1 failed" in done.stdout


def test_a_plug_in_that_cannot_be_loaded_is_named(installed: Path, tmp_path: Path) -> None:
    broken = tmp_path / "installed"
    shutil.copytree(installed, broken)
    (broken / "semantic_gw_acme" / "__init__.py").write_text("MAPPINGS = 7\n")
    done = run([sys.executable, "-m", "semantic_gw.cli", "lift", str(RECORD)], tmp_path, path=broken)

    assert done.returncode == 2
    assert "plug-in 'acme' (semantic_gw_acme:MAPPINGS): 7 is no Path of a folder" in " ".join(done.stderr.split())
