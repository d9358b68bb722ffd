# Sourced by the other scripts: Python environments beside the code, the browser that the tests drive, and work done
# side by side. Everything is installed into .venv* of this checkout, except what apt-get installs (and says so first).

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export PIP_DISABLE_PIP_VERSION_CHECK=1
# Images of containers like to set it: then each of the many processes that the tests start compiles us anew.
unset PYTHONDONTWRITEBYTECODE

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
  local log
  log="$(mktemp)"
  # A fresh machine has no package lists yet; another of our environments may be at it.
  $sudo env DEBIAN_FRONTEND=noninteractive sh -c \
    'get() { apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"; }; get "$@" || { apt-get update && get "$@"; }' \
    apt-get "$@" >"$log" 2>&1 ||
    fail "apt-get could not install $* (its last words are below). $(printf '\n'; tail -n 5 "$log")"
  rm -f "$log"
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

# What builds the native core (aero_nb/_native): a compiler, and the headers of a Python.
has_compiler() { command -v "${CC:-cc}" >/dev/null || command -v gcc >/dev/null; }
has_headers() { [ -f "$("$1" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ]; }

# ensure_core PYTHON: have what builds it, and let an installation without it be an error, unless pure Python is asked for.
ensure_core() {
  export AERO_NB_NATIVE="${AERO_NB_NATIVE:-1}"
  if [ "$AERO_NB_NATIVE" = 0 ]; then return; fi
  has_compiler || apt_install gcc libc6-dev
  has_headers "$1" || apt_install "python$(version_of "$1")-dev"  # Debian ships them apart from Python
}

# make_venv FOLDER PYTHON REQUIREMENT... : create it once; install again only when something changed.
make_venv() {
  local venv="$1" python="$2"
  shift 2
  local sources stamp installed
  sources="$(cat "$root"/pyproject.toml "$root"/hatch_build.py "$root"/scripts/oldest.txt "$root"/aero_nb/_native/*.[ch] | cksum)"
  stamp="$("$python" -c 'import sys; print(sys.version)') $* $sources"
  if [ "${AERO_NB_NATIVE:-}" != 0 ] && has_compiler && has_headers "$python"; then stamp="$stamp core"; fi
  installed="$(cat "$venv/.installed" 2>/dev/null || true)"
  # An installation with the native core reads in pure Python too, where that is asked for.
  if [ "$installed" = "$stamp" ] || [ "$installed" = "$stamp core" ]; then return; fi
  say "Installing into $venv: $*"
  if ! "$python" -m venv --clear "$venv" >/dev/null 2>&1; then
    # Debian ships venv apart from Python.
    apt_install "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    "$python" -m venv --clear "$venv"
  fi
  # Most of what is installed is never imported: Python compiles the rest at its first use.
  (cd "$root" && "$venv/bin/python" -m pip install -qq --no-compile "$@")
  printf '%s\n' "$stamp" >"$venv/.installed"
}

make_main_venv() {
  ensure_core "$(find_python)"
  make_venv "$root/.venv" "$(find_python)" -e ".[dev,fleet]"
}

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }

# The other Pythons of this machine, on PATH or where pyenv keeps them: lines of "3.12 /path/to/python3.12".
other_pythons() {
  local minor candidate main
  main="$(version_of "$(find_python)")"
  for minor in 12 13 14 15; do
    if [ "3.$minor" = "$main" ]; then continue; fi
    for candidate in "python3.$minor" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3."$minor".*/bin/python3; do
      if "$candidate" -c '' 2>/dev/null; then printf '3.%s %s\n' "$minor" "$candidate"; break; fi
    done
  done
}

# The lower bounds themselves where they have wheels; on a newer Python the oldest that one can have.
make_oldest_venv() {
  local python pins=(-c scripts/oldest.txt)
  python="$(find_python)"
  if [ "$(version_of "$python")" != 3.11 ]; then pins=("pandas==2.2.*" "plotly==6.0.*" "numpy<2.3"); fi
  make_venv "$root/.venv-oldest" "$python" -e ".[test]" "${pins[@]}"
}

# begin NAME COMMAND... : run it beside what else was begun; its output is kept until finish_all.
begun=()
begin() {
  local name="$1" log
  shift
  log="$(mktemp)"
  "$@" >"$log" 2>&1 &
  begun+=("$!" "$log" "$name")
}

# Wait for all that was begun and show what each said, what failed last; then 1 if any failed.
finish_all() {
  local failed=()
  set -- ${begun[@]+"${begun[@]}"}
  begun=()
  while [ $# -gt 0 ]; do
    if ! wait "$1"; then failed+=("$2" "$3"); else say "$3"; cat "$2"; rm -f "$2"; fi
    shift 3
  done
  set -- ${failed[@]+"${failed[@]}"}
  while [ $# -gt 0 ]; do
    say "FAILED: $2"; cat "$1"; rm -f "$1"
    shift 2
  done
  [ ${#failed[@]} = 0 ]
}

end_what_was_begun() {
  set -- ${begun[@]+"${begun[@]}"}
  while [ $# -gt 0 ]; do kill "$1" 2>/dev/null || true; rm -f "$2"; shift 3; done
}
trap end_what_was_begun EXIT

has_browser() {
  local name
  for name in "${AERO_NB_BROWSER:-chromium}" chromium chromium-browser google-chrome google-chrome-stable microsoft-edge; do
    if command -v "$name" >/dev/null; then return 0; fi
  done
  return 1
}

ensure_browser() { has_browser || apt_install chromium; }
