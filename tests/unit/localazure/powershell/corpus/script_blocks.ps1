# Script blocks: as values, with parameters, closures, pipelines of their own.
$add = { param($a, $b = 10) $a + $b }
& $add 1
& $add 1 2
& $add -b 3 -a 4
$add.Invoke(5, 6)
$add.ToString().Trim()
{ $args.Count }.Invoke(1, 2, 3)
$counter = & { $n = 0; { $script:total++; $script:total }.GetNewClosure() }
& $counter; & $counter
$makers = foreach ($i in 1..3) { { $i * 10 }.GetNewClosure() }
($makers | ForEach-Object { & $_ }) -join ','
$late = { "now $value" }
$value = 'later'
& $late
function Apply([scriptblock] $block, $to) { $to | ForEach-Object { & $block $_ } }
(Apply { param($x) $x * $x } (1..4)) -join ','
1..3 | & { begin { $s = 0 } process { $s += $_ } end { "sum $s" } }
. { $leaks = 'set by dot sourcing' }
$leaks
$text = '1 + 2'
& ([scriptblock]::Create($text))
Invoke-Expression "$text * 2"
$nested = { { 'inner' } }
& (& $nested)
$list = { 'first' }, { 'second' }
& $list[1]
$table = @{ run = { "ran with $args" } }
& $table.run 'x' 'y'
$table.run.Invoke('z')
(Get-Command { 'x' }.GetType().Name -ErrorAction SilentlyContinue) -eq $null
$return = & { return 'early'; 'late' }
$return
$out = & { 'a'; 'b' }
$out.Count
Invoke-Command { param($p) "invoked $p" } -ArgumentList 'now'
$using = 5
Invoke-Command -ScriptBlock { $using + 1 }
& { param([Parameter(ValueFromRemainingArguments)] $rest) "$rest" } 1 2 3
& { [CmdletBinding()] param([int] $n) $n + 1 } -n '4'
@(& { }).Count
$null -eq (& { })
