# Runs one script of Mintage in the guest. Goes behind own_group.sh. Arguments: "merged" (errors go where output goes) or
# "separate", then the interpreter. Standard input: a line "<bytes of environment> <bytes of script>", then both of them,
# then nothing for as long as the caller lives. Its end means that the caller gave up, and ends the script with all its
# children.
set -u
umask 077
streams=$1
shift
read -r environment_size script_size || exit 125

# In memory, so that neither the script nor its environment is ever written to the disk that becomes the image.
for parent in /dev/shm /run /tmp; do
    [ -d "$parent" ] && [ -w "$parent" ] && break
done
folder=$(mktemp -d "$parent/mintage.XXXXXXXX") || exit 125
trap 'rm -rf "$folder"' EXIT
head -c "$environment_size" >"$folder/environment"
head -c "$script_size" >"$folder/script"
chmod 0700 "$folder/script"
[ "$streams" = separate ] || exec 2>&1

set -m
(run_script "$@") </dev/null &
group=$!
{
    cat
    : >"$folder/given-up"
    end_group
} <&0 >/dev/null 2>&1 &
watch=$!
set +m
{ await_group "$folder/given-up"; } 2>/dev/null
exit "$code"
