#!/bin/sh
# The peers and the load, into benchmarks/.built (or $MHUD_BENCH_DIR); nothing of the system changes.
# Needs: python3 with venv, gcc, and apt-get of a Debian for nginx and wrk, which are only unpacked.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
built=${MHUD_BENCH_DIR:-$here/.built}
mkdir -p "$built"
stamp=$built/.done-$(cat "$0" "$here"/load/*.c | cksum | cut -d' ' -f1)
[ -e "$stamp" ] && exit 0

"${PYTHON:-python3}" -m venv "$built/venv"
"$built/venv/bin/pip" install --quiet --disable-pip-version-check \
  fastapi==0.165.0 uvicorn==0.54.0 uvloop==0.23.0 httptools==0.9.0 pydantic==2.14.3

mkdir -p "$built/deb"
(cd "$built/deb" && rm -f ./*.deb &&
  apt-get download nginx wrk libluajit-5.1-2 2>/dev/null >&2 &&
  for package in ./*.deb; do dpkg -x "$package" "$built/root"; done)

gcc -O2 -Wall -o "$built/consumers" "$here/load/consumers.c"
gcc -O2 -Wall -o "$built/ceiling" "$here/load/ceiling.c"
touch "$stamp"
