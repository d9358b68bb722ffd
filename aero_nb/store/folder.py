"""One folder on any fsspec filesystem: what the store's files need of it."""

import os
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import fsspec


@dataclass(frozen=True)
class Folder:
    """A folder by its path or URL; cheap to send to a worker, which opens the filesystem for itself."""

    url: str

    def __reduce__(self) -> tuple[type["Folder"], tuple[str]]:
        return Folder, (self.url,)  # without the open filesystem

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        fs, root = fsspec.core.url_to_fs(self.url)
        return fs, root.rstrip("/")

    @property
    def fs(self) -> Any:
        """The fsspec filesystem."""
        return self._opened[0]

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine, which has atomic renames."""
        protocol = self.fs.protocol
        return "file" in ((protocol,) if isinstance(protocol, str) else protocol)

    def path(self, *parts: str) -> str:
        """Return the path of something inside, as the filesystem names it."""
        return "/".join([self._opened[1], *parts])

    def put(self, data: bytes, *parts: str) -> None:
        """Write a file so that a reader sees all of it or nothing: by a rename locally, by one PUT on object stores."""
        target = self.path(*parts)
        self.fs.makedirs(target.rpartition("/")[0], exist_ok=True)
        if not self.is_local:
            self.fs.pipe_file(target, data)
            return
        temporary = f"{target}.{uuid.uuid4().hex}.part"
        try:
            self.fs.pipe_file(temporary, data)
            os.replace(temporary, target)  # noqa: PTH105 (a path of the filesystem's own, not a Path)
        except BaseException:
            self.remove_path(temporary)
            raise

    def get(self, *parts: str) -> bytes:
        """Read a file; FileNotFoundError where there is none."""
        data: bytes = self.fs.cat_file(self.path(*parts))
        return data

    def get_all(self, *parts: str, suffix: str) -> dict[str, bytes]:
        """Read all files of one folder with a suffix, by name without it; one that vanishes meanwhile is left out."""
        paths = [self.path(*parts, name) for name in self.names(*parts) if name.endswith(suffix)]
        found = self.fs.cat(paths, on_error="omit") if paths else {}
        return {path.rpartition("/")[2].removesuffix(suffix): data for path, data in found.items()}

    def names(self, *parts: str) -> list[str]:
        """Return the names in a folder, sorted; none where there is no such folder."""
        path = self.path(*parts)
        self.fs.invalidate_cache(path)
        try:
            listed = self.fs.ls(path, detail=False)
        except FileNotFoundError:
            return []
        return sorted(name.rstrip("/").rpartition("/")[2] for name in listed)

    def exists(self, *parts: str) -> bool:
        """Whether there is such a file or folder now."""
        self.fs.invalidate_cache()
        return bool(self.fs.exists(self.path(*parts)))

    def remove(self, *parts: str) -> None:
        """Remove a file or a folder with all in it; harmless where there is none."""
        self.remove_path(self.path(*parts))

    def remove_path(self, path: str) -> None:
        """Remove what a path of the filesystem names; harmless where there is nothing."""
        try:
            self.fs.rm(path, recursive=True)
        except FileNotFoundError:
            return
