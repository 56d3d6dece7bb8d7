# Starts the worker given in the variable WORKER, unless one runs, and prints what it prints to its end.
set -u
umask 077
folder=/run/mintage/generalize
proved=
mkdir -p "$folder"
cd "$folder" || exit
running() { [ -s worker.pid ] && kill -0 "$(cat worker.pid)" 2>/dev/null; }

if running; then
    echo "generalize: going on with what an earlier attempt started; its phase: $(cat phase)"
else
    if [ -e phase ]; then echo "generalize: an earlier attempt ended in its phase: $(cat phase); starting again"; fi
    rm -f worker.pid phase log proof delivered
    : >log
    printf '%s' "$WORKER" >worker
    unset WORKER
    if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
        systemd-run --quiet --collect --unit=mintage-generalize /bin/bash "$folder/worker"
    else
        setsid /bin/bash "$folder/worker" </dev/null >/dev/null 2>&1 &
    fi
    for _ in $(seq 300); do
        [ -s worker.pid ] && break
        sleep 0.1
    done
fi
worker=$(cat worker.pid) || exit
exec 3< <(exec tail --follow --lines=+1 --sleep-interval=0.2 --pid="$worker" log 2>/dev/null)
while IFS= read -r line <&3; do
    printf '%s\n' "$line"
    case $line in mintage-proved*) proved=yes && break ;; esac
done
kill "$!" 2>/dev/null
# The worker takes this for the end of its work, so it must not be said of one that died.
[ -z "$proved" ] || : >delivered
