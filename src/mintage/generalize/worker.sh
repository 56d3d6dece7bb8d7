# Generalizes this machine and proves it, in a process that outlives the connection it was started from: the login is
# gone before the end. Written to the disk nowhere: all of it is in /run, in memory.
# Given, in front of this: BUILD_USER, OPERATIONS, DISTURBERS, checks.sh and the operations.
set -u
export LC_ALL=C
cd "$(dirname "$0")" || exit
echo $$ >worker.pid
exec </dev/null >log 2>&1
umask 022
STAMP=$PWD/started
: >"$STAMP"
BUILD_HOST=$(cat /proc/sys/kernel/hostname)

phase() { echo "$1" >phase; }

# What would write or change files while they are taken away.
phase quieting
stop_units "${DISTURBERS[@]}"

phase acting
for operation in "${OPERATIONS[@]}"; do
    echo "generalize: $operation"
    (set -eu; "act_${operation//-/_}")
    code=$?
    if [ $code -ne 0 ]; then echo "generalize: $operation ended with exit code $code"; fi
done

# What was deleted is still on the disk, private keys in user data among it, until its blocks are given back. Not every
# disk takes blocks back.
sync
if command -v fstrim >/dev/null; then fstrim --all || true; fi

phase proving
for operation in "${OPERATIONS[@]}"; do
    ask "$operation" "prove_${operation//-/_}"
done >proof
sync

# The serial console is the one place that is readable from outside now, should the connection be gone.
passed=yes
if grep -qv '"seen": ""}$' proof; then passed=no; fi
if [ -w /dev/console ]; then
    # The console keeps what earlier boots wrote, also of a disk that was put back since.
    boot=$(cat /proc/sys/kernel/random/boot_id)
    echo "mintage-generalized passed=$passed boot=$boot proof=$(gzip -9 <proof | base64 -w 0)" >/dev/console
fi
cat proof
phase proved
echo "mintage-proved passed=$passed"
[ $passed = yes ] || exit 0

# A machine that is off is what "generalized" looks like from outside, and nothing can write to its disk any more.
for _ in $(seq 30); do
    [ ! -e delivered ] || break
    sleep 1
done
rm -rf /run/mintage
if command -v systemctl >/dev/null; then systemctl --no-block poweroff; else poweroff; fi
