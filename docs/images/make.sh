#!/usr/bin/env bash
# The pictures of the demo's report in the README: docs/images/report-light.png and report-dark.png.
# Needs Chromium, the font Inter, and the project installed with the extra `report`.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
${PYTHON:-python3} -m involuntary demo -o "$work/demo" >/dev/null
for scheme in 0:dark 1:light; do
    chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --hide-scrollbars --user-data-dir="$work/profile" \
        --blink-settings=preferredColorScheme="${scheme%%:*}" --force-device-scale-factor=1.6 \
        --window-size=1020,1640 --screenshot="$work/${scheme##*:}.png" "file://$work/demo/report.html" 2>/dev/null
    ${PYTHON:-python3} - "$work/${scheme##*:}.png" "$here/report-${scheme##*:}.png" <<'PYTHON'
import sys

from PIL import Image

image = Image.open(sys.argv[1]).convert("RGB")
image.quantize(96, dither=Image.Dither.NONE).save(sys.argv[2], optimize=True)
PYTHON
done
