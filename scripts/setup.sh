# Sourced by the other scripts: a Python environment beside the code, and the browser that the tests drive.
# Everything is installed into .venv* of this checkout, except what apt-get installs (and says so first).

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '\n== %s\n' "$*"; }
fail() { printf '\n%s\n' "$*" >&2; exit 69; }

# Install Debian packages, as root or through sudo; otherwise ask the user to.
apt_install() {
  local sudo=""
  if [ "$(id -u)" != 0 ]; then sudo="sudo"; fi
  if ! command -v apt-get >/dev/null || { [ -n "$sudo" ] && ! command -v sudo >/dev/null; }; then
    fail "This needs the system package(s): $*. Install them with your package manager, then run this again."
  fi
  say "Installing with apt-get: $*"
  # A fresh machine has no package lists yet.
  $sudo env DEBIAN_FRONTEND=noninteractive sh -c \
    'apt-get install -y --no-install-recommends "$@" || { apt-get update && apt-get install -y --no-install-recommends "$@"; }' \
    apt-get "$@" >"$root/.apt.log" 2>&1 ||
    fail "apt-get could not install $* (its last words are below). $(printf '\n'; tail -n 5 "$root/.apt.log")"
  rm -f "$root/.apt.log"
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# The Python to build on: $PYTHON, else the first of the usual names that is 3.11 or newer.
find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3 python3.11 python3.12 python3.13 python3.14 python; do
    if command -v "$candidate" >/dev/null && is_new_enough "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  fail "Python 3.11 or newer was not found. Install it, or name one: PYTHON=/path/to/python3 $0"
}

# make_venv FOLDER PYTHON REQUIREMENT... : create it once; install again only when something changed.
make_venv() {
  local venv="$1" python="$2"
  shift 2
  local stamp
  stamp="$("$python" -c 'import sys; print(sys.version)') $* $(cksum <"$root/pyproject.toml")"
  if [ -f "$venv/.installed" ] && [ "$(cat "$venv/.installed")" = "$stamp" ]; then return; fi
  say "Installing into $venv: $*"
  if ! "$python" -m venv --clear "$venv" >/dev/null 2>&1; then
    # Debian ships venv apart from Python.
    apt_install "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    "$python" -m venv --clear "$venv"
  fi
  "$venv/bin/python" -m pip install -qq --upgrade pip
  (cd "$root" && "$venv/bin/python" -m pip install -qq "$@")
  printf '%s\n' "$stamp" >"$venv/.installed"
}

has_browser() {
  local name
  for name in "${AERO_NB_BROWSER:-chromium}" chromium chromium-browser google-chrome google-chrome-stable microsoft-edge; do
    if command -v "$name" >/dev/null; then return 0; fi
  done
  return 1
}

ensure_browser() { has_browser || apt_install chromium; }
