"""One folder on any fsspec filesystem: what the store's files need of it."""

import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa

from aero_nb.errors import AeroNBError

_REQUESTS_AT_ONCE = 16
_GLOB_CHARACTERS = "*?["


@dataclass(frozen=True)
class Folder:
    """A folder by its path or URL; cheap to send to a worker, which opens the filesystem for itself.

    Args:
        url: a path of this machine, taken literally whatever characters it has, or an fsspec URL.
        options: what the filesystem of a URL wants to know (fsspec's ``storage_options``): may be secret, never shown.

    """

    url: str
    options: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __reduce__(self) -> tuple[type["Folder"], tuple[str, Mapping[str, Any]]]:
        return Folder, (self.url, self.options)  # without the open filesystem

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        with self.answering():
            if is_path(self.url):
                return fsspec.filesystem("file"), Path(self.url).expanduser().absolute().as_posix().rstrip("/")
            fs, root = fsspec.core.url_to_fs(self.url, **self.options)
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

    @property
    def bucket(self) -> str | None:
        """The bucket (or container) of an object store; None on filesystems that have folders."""
        root = self._opened[1]
        return None if self.is_local or root.startswith("/") else root.partition("/")[0]

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Turn what a filesystem's own library raises (no credentials, no network) into one sentence."""
        try:
            yield
        except (OSError, ImportError, pa.ArrowException, AeroNBError):  # these say what is wrong
            raise
        except Exception as error:
            first_line = str(error).partition("\n")[0]
            raise AeroNBError(
                f"expected {self.url} to answer, found {type(error).__name__}: {first_line}; an object store's address "
                "and credentials go into storage_options, or where its library looks for them"
            ) from error

    def path(self, *parts: str) -> str:
        """Return the path of something inside, as the filesystem names it."""
        if ".." in "/".join(parts).split("/"):
            raise AeroNBError(f"expected a path inside {self.url}, found {'/'.join(parts)!r}")
        return "/".join([self._opened[1], *parts])

    def open(self, path: str) -> Any:
        """Open a file of this filesystem for Arrow: read by its own threads without Python where that can be."""
        return pa.OSFile(path) if self.is_local else self.fs.open(path, "rb")

    def put(self, data: bytes, *parts: str) -> None:
        """Write a file so that a reader sees all of it or nothing: by a rename locally, by one PUT on object stores."""
        target = self._target(*parts)
        with self._missing_bucket_named(), self.answering():
            if not self.is_local:
                self.fs.pipe_file(target, data)
                return
            with self._temporary(target, data) as temporary:
                os.replace(temporary, target)  # noqa: PTH105 (a path of the filesystem's own, not a Path)

    def put_new(self, data: bytes, *parts: str) -> bool:
        """Write a file as :meth:`put` does, unless there is one; return whether it was written."""
        target = self._target(*parts)
        try:
            with self._missing_bucket_named(), self.answering():
                if self.is_local:
                    self._link_new(target, data)
                else:
                    self.fs.pipe_file(target, data, mode="create")
                return True
        except FileExistsError:
            return False
        except AeroNBError as error:
            if not isinstance(error.__cause__, TypeError | NotImplementedError):
                raise
        # The filesystem cannot create exclusively: two adds within this moment leave a copy, which compact() drops.
        if self.exists(*parts):
            return False
        self.put(data, *parts)
        return True

    def _link_new(self, target: str, data: bytes) -> None:
        with self._temporary(target, data) as temporary:
            try:
                os.link(temporary, target)
            except FileExistsError:
                raise
            except OSError as error:  # no hard links here
                if Path(target).exists():
                    raise FileExistsError(target) from error
                os.replace(temporary, target)  # noqa: PTH105 (a path of the filesystem's own, not a Path)
            else:
                self.remove_path(temporary)

    def _target(self, *parts: str) -> str:
        """Return a path to write to. Object stores have no folders to make: making one would make a bucket."""
        target = self.path(*parts)
        if self.bucket is None:
            with self.answering():
                self.fs.makedirs(target.rpartition("/")[0], exist_ok=True)
        return target

    @contextmanager
    def _temporary(self, target: str, data: bytes) -> Iterator[str]:
        temporary = f"{target}.{uuid.uuid4().hex}.part"
        try:
            self.fs.pipe_file(temporary, data)
            yield temporary
        except BaseException:
            self.remove_path(temporary)
            raise

    @contextmanager
    def _missing_bucket_named(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if self.bucket is None:
                raise
            raise AeroNBError(
                f"expected the bucket {self.bucket!r} of {self.url}, found none; make it first: a store never makes one"
            ) from error

    def get(self, *parts: str) -> bytes:
        """Read a file; FileNotFoundError where there is none."""
        with self.answering():
            data: bytes = self.fs.cat_file(self.path(*parts))
        return data

    def get_many(self, paths: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], bytes | None]:
        """Read files side by side; None for one that is not there."""
        listed = list(paths)
        if self.is_local or len(listed) < 2:
            return {parts: self._get_if_there(parts) for parts in listed}
        with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as pool:
            return dict(zip(listed, pool.map(self._get_if_there, listed), strict=True))

    def _get_if_there(self, parts: tuple[str, ...]) -> bytes | None:
        try:
            return self.get(*parts)
        except FileNotFoundError:
            return None

    def size(self, *parts: str) -> int:
        """Return the length of a file in bytes."""
        with self.answering():
            return int(self.fs.size(self.path(*parts)))

    def names(self, *parts: str) -> list[str]:
        """Return the names in a folder, sorted; none where there is no such folder."""
        path = self.path(*parts)
        try:
            with self.answering():
                self.fs.invalidate_cache(path)
                listed = self.fs.ls(path, detail=False)
        except FileNotFoundError:
            return []
        names = {name.rstrip("/").rpartition("/")[2] for name in listed if name.rstrip("/") != path}
        return sorted(names)

    def exists(self, *parts: str) -> bool:
        """Whether there is such a file or folder now."""
        with self.answering():
            self.fs.invalidate_cache()
            return bool(self.fs.exists(self.path(*parts)))

    def remove(self, *parts: str) -> None:
        """Remove a file or a folder with all in it; harmless where there is none."""
        self.remove_path(self.path(*parts))

    def remove_path(self, path: str) -> None:
        """Remove what a path of the filesystem names; harmless where there is nothing."""
        try:
            with self.answering():
                if self.is_local or not any(character in path for character in _GLOB_CHARACTERS):
                    self.fs.rm(path, recursive=True)
                else:  # rm() would take the path for a pattern
                    self._remove_literally(path)
        except FileNotFoundError:
            return

    def _remove_literally(self, path: str) -> None:
        for file in self.fs.find(path):
            self.fs.rm_file(file)
        if self.bucket is None:
            folders = [name for name, _, _ in self.fs.walk(path)]
            for folder in sorted(folders, reverse=True):  # what is inside goes first
                self.fs.rmdir(folder)


def is_path(name: str) -> bool:
    """Whether it is a path of this machine rather than a URL."""
    return "://" not in name
