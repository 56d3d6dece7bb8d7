# Starts a script in the guest, unless that was done already, and prints what it prints to its end; then how it ended.
# Given in front: NAME, LIMIT (seconds), INTERPRETER, and the functions given_worker, given_environment and given_script,
# which print one file each in base64. In memory, so that nothing of it gets on the disk that becomes the image.
set -u
umask 077
root=/run/mintage/steps
[ "$(id -u)" = 0 ] || root=/dev/shm/mintage-$(id -u)
mkdir -p "$root/$NAME" || exit 125
cd "$root/$NAME" || exit 125

if [ -s worker.pid ]; then
    echo "mintage: going on with what an earlier attempt started"
else
    given_worker | base64 --decode >worker
    given_environment | base64 --decode >environment
    given_script | base64 --decode >script
    chmod 0700 script
    : >>log
    # A scope of its own, where there is systemd: the end of a session ends what belongs to it.
    scope=()
    if [ "$(id -u)" = 0 ] && [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
        scope=(systemd-run --quiet --scope --collect)
    fi
    # No child of this shell, which would tell of its end. Where systemd does not make a scope, it goes without one; a
    # worker that was started already does nothing the second time.
    worker=(bash "$PWD/worker" "$LIMIT" "${INTERPRETER[@]}")
    ( (setsid "${scope[@]}" "${worker[@]}" || setsid "${worker[@]}") </dev/null >/dev/null 2>&1 &)
    for _ in $(seq 300); do
        [ ! -s worker.pid ] || break
        sleep 0.1
    done
fi
worker=$(cat worker.pid) || exit 125
tail --follow --lines=+1 --sleep-interval=0.2 --pid="$worker" log 2>/dev/null
# A last line without an end would swallow the answer.
[ -z "$(tail --bytes=1 log)" ] || echo
if [ ! -e code ]; then
    echo "mintage-ended lost"
elif [ -e overdue ]; then
    echo "mintage-ended overdue"
else
    echo "mintage-ended $(cat code)"
fi
