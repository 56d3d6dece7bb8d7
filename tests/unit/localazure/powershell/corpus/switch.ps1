# switch: values, lists, wildcards, patterns, blocks, default, break and continue.
switch (3) { 1 { 'one' } 3 { 'three' } default { 'none' } }
switch ('B') { 'b' { 'case does not matter' } }
switch -CaseSensitive ('B') { 'b' { 'lower' } 'B' { 'upper' } }
switch (2) { 2 { 'first' } 2 { 'second' } }
switch (2) { 2 { 'first'; break } 2 { 'second' } }
switch (1, 2, 3) { 2 { continue } default { "item $_" } }
switch (1..5) { { $_ -gt 3 } { "$_ is more than 3"; break } 2 { 'two' } }
switch -Wildcard ('file.txt') { '*.log' { 'log' } '*.txt' { 'text' } 'f*' { 'begins with f' } }
switch -Regex ('id-42') { '^id-(\d+)$' { "number $($Matches[1])" } '\d' { 'has digits' } }
$kind = switch (10) { { $_ -lt 5 } { 'low' } { $_ -ge 5 } { 'high' } }
$kind
switch ('x') { default { 'default first' } 'x' { 'x' } }
switch (@()) { default { 'nothing to switch on' } }
switch ($null) { $null { 'null' } default { 'not null' } }
function Test-It($v) { switch ($v) { 'a' { return 'returned' } }; 'after' }
Test-It 'a'
Test-It 'b'
switch ('a', 'b') { 'a' { $letter = $_ } 'b' { "$letter then $_" } }
switch (4) { (2 + 2) { 'computed' } }
$t = 'abc'
switch ($t.Length) { 3 { 'three letters' } }
foreach ($n in 1..3) { switch ($n) { 2 { continue } }; "n=$n" }
:loop foreach ($n in 1..3) { switch ($n) { 2 { break loop } }; "n=$n" }
switch -Exact ('a*') { 'a*' { 'exact' } }
switch ($true) { ($t -eq 'abc') { 'is abc' } ($t.Length -gt 9) { 'long' } }
switch ([DayOfWeek]'Thursday') { 4 { 'number' } '4' { 'digit' } 'thursday' { 'name' } { 4 -eq $_ } { 'block' } }
switch (5) { '5' { 'text and number are the same here' } }
