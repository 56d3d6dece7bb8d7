# Scopes: what functions and blocks see, what they change.
$x = 'script'
function Show { $x }
Show
function Change { $x = 'local'; $x }
Change
$x
function Change-Script { $script:x = 'changed by script:' }
Change-Script
$x
function Change-Global { $global:g = 'global' }
Change-Global
$g
function Dynamic { $y = 'of the caller'; Reads }
function Reads { $y }
Dynamic
"[$y]"
& { $x = 'in a block' }
$x
. { $x = 'dot sourced' }
$x
if ($true) { $inIf = 'ifs have no scope' }
$inIf
foreach ($i in 1) { $inLoop = 'loops neither' }
$inLoop
1 | ForEach-Object { $inForEach = 'nor ForEach-Object' }
$inForEach
1 | Where-Object { $inWhere = 'nor Where-Object'; $true } | Out-Null
$inWhere
function Private-Test { $private:p = 'private'; "[$p]"; Sees-Private }
function Sees-Private { "[$p]" }
Private-Test
function Nested { $n = 1; function Deeper { $n = 2; (Get-Variable n -Scope 1).Value }; Deeper }
Nested
function Sets { Set-Variable -Name made -Value 'one up' -Scope 1 }
Sets
$made
$a = 1
function Adds { $a++; $a }
Adds
$a
function Adds-Array { $script:list += 'x' }
$list = @()
Adds-Array; Adds-Array
$list.Count
$block = { $captured }
$captured = 'late'
& $block
$captured = 'first'
$closure = { $captured }.GetNewClosure()
$captured = 'second'
& $closure
$global:over = 'global'
$over = 'script'
"$over $global:over $script:over"
function Defines { function global:Everywhere { 'everywhere' } }
Defines
Everywhere
function Param-Scope($x) { $x = "$x!"; $x }
Param-Scope 'p'
$x
function Local-Only { $local:z = 5; $z }
Local-Only
"[$z]"
$h = @{ n = 0 }
function Mutates { $h.n++ }
Mutates; Mutates
$h.n
Test-Path variable:x
Test-Path variable:nope
${script:x}
