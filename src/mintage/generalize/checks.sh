# Prints what a question about this machine brought to light, as lines that checks.py reads.

# ask NAME FUNCTION: the function prints what is wrong, or nothing. One that fails could not tell, which is no pass.
ask() {
    local seen code
    seen=$(set -eu; "$2" 2>&1)
    code=$?
    if [ $code -ne 0 ]; then seen="$seen (the question itself ended with exit code $code)"; fi
    printf 'mintage-check {"name": "%s", "seen": %s}\n' "$1" "$(json_string "${seen:0:600}")"
}
