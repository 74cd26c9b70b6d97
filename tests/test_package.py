"""What is released: the sdist, the wheel built from it, and the wheel installed elsewhere."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from coldstop import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.slow

ROOT: Final = Path(__file__).resolve().parents[1]
MINUTES: Final = 600


def run(command: Sequence[str | Path], cwd: Path) -> str:
    """Run a command; its output is the message if it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=MINUTES,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist of this tree."""
    out = tmp_path_factory.mktemp("sdist")
    run([sys.executable, "-m", "build", "--sdist", "--outdir", out, ROOT], out)
    (path,) = out.glob("*.tar.gz")
    return path


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the unpacked sdist and nothing else."""
    out = tmp_path_factory.mktemp("wheel")
    run(["tar", "-xzf", sdist], out)
    (tree,) = out.glob("coldstop-*")
    run([sys.executable, "-m", "build", "--wheel", "--outdir", out, tree], out)
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`bin` of an empty virtual environment with the wheel and its pinned dependencies."""
    folder = tmp_path_factory.mktemp("env")
    venv.create(folder, with_pip=True)
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check")
    run([*pip, "--quiet", "-c", ROOT / "constraints.txt", wheel], folder)
    return folder / "bin"


def test_the_sdist_holds_what_a_packager_needs(sdist: Path) -> None:
    """Sources, policies, deployment files, tests and the pins are all in the sdist."""
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "milter/coldstop/cli/app.py",
        "policies/base.yaml",
        "policies/examples/mail/01-dear-job-seeker.eml",
        "deploy/dovecot/coldstop.sieve",
        "deploy/setup-dev.sh",
        "tests/test_package.py",
        "Makefile",
        "constraints.txt",
        "LICENSE",
        "CHANGELOG.md",
    } <= names


def test_the_wheel_holds_the_shipped_files(wheel: Path) -> None:
    """Policies and deployment files lie inside the package; `milter` itself is not in the wheel."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        "coldstop/cli/app.py",
        "coldstop/py.typed",
        "coldstop/policies/base.yaml",
        "coldstop/policies/examples/mail/01-dear-job-seeker.eml",
        "coldstop/deploy/dovecot/coldstop.sieve",
    } <= set(names)
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"coldstop", f"coldstop-{__version__}.dist-info"}


def test_the_installed_command_works_from_anywhere(installed: Path) -> None:
    """Version, a shipped policy's check and its own cases, far from any checkout."""
    here = Path("/")
    assert run([installed / "coldstop", "--version"], here).strip() == f"coldstop {__version__}"
    assert "fine" in run([installed / "coldstop", "check", "passive"], here)
    assert "0 failed" in run([installed / "coldstop", "test", "ray"], here)


def test_the_installed_milter_checks_its_configuration(installed: Path) -> None:
    """The daemon's libraries come with the wheel, and the shipped configuration is usable."""
    found = run([installed / "coldstop", "milter", "--check", "--policy", "passive"], Path("/"))
    assert found.startswith("fine: ")
