# A JSON string of the text. Control characters that JSON has no short form for become a question mark.
json_string() {
    local LC_ALL=C text=$1
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//$'\n'/\\n}
    text=${text//$'\t'/\\t}
    printf '"%s"' "${text//[[:cntrl:]]/?}"
}
