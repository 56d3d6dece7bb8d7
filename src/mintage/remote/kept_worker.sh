# Runs one script in a process that outlives the connection it was started from, and keeps how it ended.
# Arguments: seconds that it may take, then the interpreter. The folder it is in holds the script and its environment.
set -u
cd "$(dirname "$0")" || exit
limit=$1
shift
# Made by one process only, whoever else tries.
set -o noclobber
{ echo $$ >worker.pid; } 2>/dev/null || exit 0
set +o noclobber
exec </dev/null >log 2>&1

# Job control gives the script a process group of its own.
set -m
(
    folder=$PWD
    umask 022
    cd "${HOME:-/}" 2>/dev/null || cd /
    . "$folder/environment"
    rm -f "$folder/environment"
    exec "$@" "$folder/script"
) &
group=$!
(
    sleep "$limit"
    : >overdue
    kill -TERM -- "-$group"
    for _ in 1 2 3 4 5; do
        sleep 1
        kill -0 -- "-$group" || exit
    done
    kill -KILL -- "-$group"
) >/dev/null 2>&1 &
watch=$!
set +m
{
    wait "$group"
    code=$?
    # Children that outlive a script that took too long are still to be ended.
    [ -e overdue ] || kill -- "-$watch"
    wait "$watch"
} 2>/dev/null
echo "$code" >code.new
mv code.new code
