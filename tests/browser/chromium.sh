#!/usr/bin/env bash
# Makes sure that the browser tests find a Chromium: uses an installed one, installs Debian's where that is possible,
# or says plainly why they cannot run. Prints the browser's path on the last line.
set -u

find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$name" ] && command -v "$name" && return 0
  done
  # A browser that Playwright itself has downloaded earlier.
  find "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}" -path '*chrome-linux*/chrome' -type f 2>/dev/null | sort | tail -n 1 | grep .
}

install_chromium() {
  [ "$(id -u)" = 0 ] || { echo "installing one needs root"; return 1; }
  command -v apt-get >/dev/null || { echo "there is no apt-get to install one with"; return 1; }
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } >/dev/null 2>&1 ||
    { echo "apt-get could not install the packages chromium and fonts-noto-cjk"; return 1; }
}

find_chromium && exit 0
echo "No Chromium found for the browser tests; trying to install it (once, about a minute) ..."
reason=$(install_chromium) && find_chromium && exit 0
echo "Browser tests CANNOT run: no Chromium, and ${reason:-the installed one cannot be found}."
echo "Install one (Debian: apt-get install chromium fonts-noto-cjk), or name it: CHROMIUM=/path/to/chromium make test"
echo "Everything else is tested; each browser test is reported as skipped with this reason."
