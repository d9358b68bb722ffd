"""Fixtures of the tests that look for what a fault leaves behind; import them by name."""

import getpass
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import aero_nb
from aero_nb import AeroPage
from tests.support.aero_site import CHROMIUM_ARGS, AeroSite
from tests.support.browsers import eventually, own_zombies


@pytest.fixture(name="site", scope="module")
def fixture_site() -> Iterator[AeroSite]:
    with AeroSite() as site:
        yield site


@pytest.fixture(name="held", scope="module")
def fixture_held(site: AeroSite, scratch: Path) -> Iterator[AeroPage]:
    with aero_nb.connect(site.url, args=CHROMIUM_ARGS) as page:
        yield page


@pytest.fixture(name="page")
def fixture_page(held: AeroPage) -> AeroPage:
    held.reload()
    return held


@pytest.fixture(name="doomed")
def fixture_doomed(site: AeroSite) -> Iterator[AeroPage]:
    """A page of its own, for tests that end it."""
    page = aero_nb.connect(site.url, args=CHROMIUM_ARGS)
    yield page
    page.close()


@pytest.fixture(name="scratch", scope="module", autouse=True)
def fixture_scratch() -> Iterator[Path]:
    """A temporary folder that only this module's browsers use, so that leftovers can be told."""
    folder = Path(tempfile.mkdtemp(prefix="aero_nb-faults-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        patch.setenv("TMPDIR", str(folder))
        yield folder
    shutil.rmtree(folder)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {f"pytest-of-{getpass.getuser()}"}


@pytest.fixture(name="nothing_is_left_over", autouse=True)
def fixture_nothing_is_left_over(scratch: Path) -> Iterator[None]:
    """After every test: no profile folder, no file of Playwright's, no zombie more than before it."""
    before = names(scratch)
    yield
    eventually(lambda: names(scratch) <= before)
    assert names(scratch) - before == set()
    assert own_zombies() == []


def connect(url: str | None = None, **options: object) -> AeroPage:
    return aero_nb.connect(url, args=CHROMIUM_ARGS, **options)
