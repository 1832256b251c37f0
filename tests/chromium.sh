# Finds a Chromium for the browser tests, or gets one where that is a matter of a moment, with letters for Chinese;
# never fails.
for name in "${CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome; do
  [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the browser tests (once) …"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-noto-cjk; } >/dev/null 2>&1
  command -v chromium-headless-shell >/dev/null 2>&1 && exit 0
fi
echo "No Chromium here: the browser tests are skipped. Install one, or name it in CHROMIUM."
