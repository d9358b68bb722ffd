"""Build hooks: the project's addresses; and the native core, compiled where that can be done, left out where it cannot.

AERO_NB_NATIVE=1 makes a build without the core an error, AERO_NB_NATIVE=0 leaves it out.
"""

import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

HOME = ""  # the repository's address, to be filled in before the first release: all others follow from it
FLAGS = ["-std=c11", "-O3", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-g0", "-DNDEBUG"]
CORE = "_core" + sysconfig.get_config_var("EXT_SUFFIX")


class Addresses(MetadataHookInterface):
    """Puts the project's addresses into the metadata, once there are any."""

    def update(self, metadata):
        """Derive every address from ``HOME``, and make those in the README whole: an index shows it by itself."""
        metadata["urls"] = addresses(HOME)
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": with_addresses(text, HOME)}


def addresses(home):
    """Return the addresses that an index shows, by label; none without a home."""
    if not home:
        return {}
    tree = f"{home}/blob/main"
    return {
        "Homepage": home,
        "Documentation": f"{tree}/docs/index.md",
        "Changelog": f"{tree}/CHANGELOG.md",
        "Issues": f"{home}/issues",
    }


def with_addresses(text, home):
    """Return Markdown whose links and pictures lead into the repository at ``home``; unchanged without a home."""
    if not home:
        return text
    text = re.sub(r"(!\[[^\]]*\]\()(?![a-z]+:|#)", rf"\g<1>{home}/raw/main/", text)
    return re.sub(r"(?<!!)(\[[^\]]*\]\()(?![a-z]+:|#)", rf"\g<1>{home}/blob/main/", text)


class NativeCore(BuildHookInterface):
    """Compiles ``aero_nb/_native``: into a wheel, or, in an editable installation, beside its sources."""

    def initialize(self, version, build_data):
        """Add the compiled core to the wheel, and the tag of what it runs on."""
        folder = Path(self.root, "aero_nb", "_native")
        self.scratch = tempfile.mkdtemp()
        built = Path(self.scratch, CORE)
        wish = os.environ.get("AERO_NB_NATIVE", "")
        try:
            if wish == "0":
                raise ValueError("AERO_NB_NATIVE is 0")
            compile_core(folder, built)
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            reason = f"{error} {(getattr(error, 'stderr', None) or '').strip()}".strip()
            if wish == "1":
                raise RuntimeError(f"AERO_NB_NATIVE is 1, but the native core was not built: {reason}") from error
            self.app.display_warning(f"aero_nb is installed in pure Python; the native core was not built: {reason}")
            if wish == "0" and version == "editable":
                (folder / CORE).unlink(missing_ok=True)
            return
        if version == "editable":
            aside = folder / f"{CORE}.{os.getpid()}"
            shutil.copy(built, aside)
            aside.replace(folder / CORE)  # a process that runs with the old one keeps that
        else:
            build_data.update(pure_python=False, infer_tag=True)
            build_data["force_include"][str(built)] = f"aero_nb/_native/{CORE}"

    def finalize(self, version, build_data, artifact_path):
        """Remove what was compiled, now that it is where it belongs."""
        shutil.rmtree(self.scratch, ignore_errors=True)


def compile_core(folder, target):
    """Compile and link in one step."""
    if os.name != "posix" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        raise ValueError("it is built on POSIX systems, for a Python with a GIL")
    link = ["-bundle", "-undefined", "dynamic_lookup"] if sys.platform == "darwin" else ["-shared"]
    told = f'-DSOURCE_HASH="{runpy.run_path(str(folder / "sources.py"))["source_hash"]()}"'
    sources = sorted(map(str, folder.glob("*.c")))
    include = f"-I{sysconfig.get_path('include')}"
    command = [*compiler(), *FLAGS, told, include, *link, *sources, "-o", str(target)]
    subprocess.run(command, check=True, capture_output=True, text=True)


def compiler():
    """Return $CC, the compiler that Python itself was built with, or what else is there."""
    for command in (os.environ.get("CC"), sysconfig.get_config_var("CC"), "cc", "gcc", "clang"):
        words = shlex.split(command or "")
        if words and shutil.which(words[0]):
            return words
    raise ValueError("no C compiler was found")
