#!/usr/bin/env bash
# Draws all machines into one picture: `assets/models/sheet/make.sh [PICTURE]`. Needs Python, npm and Chromium.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
picture="$(realpath -m "${1:-$here/../../../docs/pictures/machines.png}")"
chromium="${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}"

work="$(mktemp -d)"
server=""
trap '[ -n "$server" ] && kill "$server"; rm -rf "$work"' EXIT
(cd "$work" && npm init -y >/dev/null && npm install --silent three@0.187 >/dev/null)
ln -s "$work/node_modules/three" "$work/three"
ln -s "$here/.." "$work/models"
cp "$here/page.html" "$work/"

port="${PORT:-8931}"
python3 -m http.server --bind 127.0.0.1 --directory "$work" "$port" >/dev/null 2>&1 &
server=$!
for _ in $(seq 100); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    sleep 0.1
done
"$chromium" --headless=new --no-sandbox --use-angle=swiftshader --enable-unsafe-swiftshader --hide-scrollbars \
    --user-data-dir="$work/profile" --window-size=1920,1680 --virtual-time-budget=120000 \
    --screenshot="$picture" "http://127.0.0.1:$port/page.html" 2>/dev/null
[ -s "$picture" ] || { echo "Chromium drew no picture: expected $picture" >&2; exit 1; }
echo "$picture"
