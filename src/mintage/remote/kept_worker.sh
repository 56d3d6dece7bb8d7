# Runs one script in a process that outlives the connection it was started from, and keeps how it ended.
# Goes behind own_group.sh. Arguments: seconds that it may take, then the interpreter. The folder it is in holds the
# script and its environment.
set -u
cd "$(dirname "$0")" || exit
limit=$1
shift
# Made by one process only, whoever else tries.
set -o noclobber
{ echo $$ >worker.pid; } 2>/dev/null || exit 0
set +o noclobber
exec </dev/null >log 2>&1

folder=$PWD
set -m
(run_script "$@") &
group=$!
(
    sleep "$limit"
    : >overdue
    end_group
) >/dev/null 2>&1 &
watch=$!
set +m
{ await_group overdue; } 2>/dev/null
echo "$code" >code.new
mv code.new code
