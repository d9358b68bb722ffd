"""The parameter ``?trace`` of an Aero page's address: with it the page records from its start."""

from urllib.parse import urlsplit, urlunsplit


def has_trace(url: str) -> bool:
    """Return whether the page records from its start when it is loaded from here (``?trace``)."""
    return any(part.split("=")[0] == "trace" for part in _parameters(url))


def without_trace(url: str) -> str:
    """Return the address with all other parameters as they are, ``?traceX`` too."""
    others = [part for part in _parameters(url) if part.split("=")[0] != "trace"]
    return urlunsplit(urlsplit(url)._replace(query="&".join(others)))


def with_trace(url: str) -> str:
    """Return the address with ``trace`` once, as its first parameter."""
    plain = urlsplit(without_trace(url))
    return urlunsplit(plain._replace(query="&".join(filter(None, ["trace", plain.query]))))


def _parameters(url: str) -> list[str]:
    return [part for part in urlsplit(url).query.split("&") if part]
