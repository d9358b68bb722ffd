"""Everything aero_nb raises on purpose.

AeroNBError
├── CaptureError          a Source could not start, stop or answer
│   └── BrowserError      the page or the DevTools endpoint refused a command
└── TraceFormatError      bytes that are not Chrome Trace Event JSON
"""


class AeroNBError(Exception):
    """Base of every error that aero_nb raises on purpose."""


class CaptureError(AeroNBError):
    """A Source could not start, stop or answer."""


class BrowserError(CaptureError):
    """The page or the DevTools endpoint refused a command."""


class TraceFormatError(AeroNBError, ValueError):
    """The bytes are not Chrome Trace Event JSON; says what was expected, found, and what to do."""
