# Functions: parameters, defaults, $args, what they give back, names, recursion, blocks.
function Get-Sum($a, $b) { $a + $b }
Get-Sum 1 2
Get-Sum -b 1 -a 5
Get-Sum -a:3 4
function Show-Args { "$($args.Count): $args" }
Show-Args 1 'two' 3
Show-Args -switch value
Show-Args
function With-Default { param([string] $name = 'nobody', [int] $times = 2) ($name + ' ') * $times }
With-Default
With-Default ann 1
With-Default -times 3
function Many { 1; 'two'; 3.5 }
(Many).Count
$m = Many
$m[1]
function One { 'only' }
(One).GetType().Name
function None { }
$null -eq (None)
@(None).Count
function Returns { 'before'; return 'value'; 'after' }
Returns
function ReturnsList { return 1, 2, 3 }
(ReturnsList).Count
function ReturnsWhole { return , @(1, 2) }
(ReturnsWhole).Count
function Typed([int] $n) { $n.GetType().Name + $n }
Typed '5'
try { Typed 'x' } catch { $_.FullyQualifiedErrorId }
function Fact([int] $n) { if ($n -le 1) { 1 } else { $n * (Fact ($n - 1)) } }
Fact 5
function Outer { function Inner { 'inner' }; Inner }
Outer
try { Inner } catch { 'not visible outside' }
function Flag([switch] $on) { if ($on) { 'on' } else { 'off' } }
Flag
Flag -on
Flag -on:$false
function Arrays([string[]] $names) { $names.Count }
Arrays a, b, c
Arrays @('x')
Arrays
function Untyped($x) { if ($null -eq $x) { 'null' } else { $x.GetType().Name } }
Untyped
Untyped 1, 2
Untyped @{ a = 1 }
Untyped word
Untyped 5
Untyped -5
Untyped 1.5
Untyped 5kb
Untyped $true
Untyped (1 + 1)
Untyped { }
Untyped -x:text
function Pipe { process { "got $_" } }
1, 2 | Pipe
function Whole { begin { $t = 0 } process { $t += $_ } end { "sum $t" } }
1..4 | Whole
filter Double { $_ * 2 }
1..3 | Double
function UsesInput { $input | ForEach-Object { $_ + 1 } }
1, 2 | UsesInput
function Get-Thing { 'thing' }
Set-Alias gt Get-Thing
gt
& 'Get-Thing'
$name = 'Get-Thing'
& $name
$block = { param($x) "block $x" }
& $block 1
. $block 2
$block.Invoke(3)
Invoke-Command -ScriptBlock $block -ArgumentList 4
& { "inline $($args[0])" } 5
(Get-Command Get-Thing).CommandType
Test-Path function:Get-Thing
${function:Get-Thing}.ToString().Trim()
function Add-One { param([Parameter(ValueFromPipeline)] [int] $n) process { $n + 1 } }
1..3 | Add-One
Add-One 9
function Ref([ref] $r) { $r.Value = 'changed' }
$v = 'old'
Ref ([ref] $v)
$v
function Add-ToEnd { param($items) $items += 'x'; $items.Count }
$mine = @(1)
Add-ToEnd $mine
$mine.Count
function Test-Help {
    <#
    .SYNOPSIS
    A comment block.
    #>
    'helped'
}
Test-Help
