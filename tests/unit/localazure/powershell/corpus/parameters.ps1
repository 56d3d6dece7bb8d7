# Advanced functions: binding by name, position, alias, prefix, set, pipeline; what validation says.
function Get-Info {
    [CmdletBinding(DefaultParameterSetName = 'ByName')]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'ByName')] [Alias('n', 'Title')] [string] $Name,
        [Parameter(Mandatory, ParameterSetName = 'ById')] [int] $Id,
        [ValidateSet('Low', 'High')] [string] $Level = 'Low',
        [switch] $Quiet
    )
    "$($PSCmdlet.ParameterSetName): [$Name] [$Id] $Level $Quiet"
}
Get-Info box
Get-Info -n box -Level high
Get-Info -Ti box -Q
Get-Info -Id 7
function Try-It([scriptblock] $block) { try { & $block } catch { "$($_.FullyQualifiedErrorId)" } }
Try-It { Get-Info box -Level Middle }
Try-It { Get-Info -Id text }
Try-It { Get-Info -Nope 1 }
Try-It { Get-Info a b c }
Try-It { Get-Info -Name }
Try-It { Get-Info -Id 1 -Name x }
function Checked {
    param(
        [ValidateRange(1, 10)] [int] $Number = 5,
        [ValidatePattern('^[a-z]+$')] [string] $Word = 'word',
        [ValidateScript({ $_ -ne 'bad' })] $Thing = 'good',
        [ValidateNotNullOrEmpty()] [string] $Text = 'text',
        [ValidateLength(2, 4)] [string] $Sized = 'abc',
        [ValidateCount(1, 2)] [string[]] $Few = 'a'
    )
    "$Number $Word $Thing $Text $Sized $Few"
}
Checked
Try-It { Checked -Number 11 }
Try-It { Checked -Number 0 }
Try-It { Checked -Word 'A1' }
Try-It { Checked -Thing bad }
Try-It { Checked -Text '' }
Try-It { Checked -Sized 'abcde' }
Try-It { Checked -Sized 'a' }
Try-It { Checked -Few a, b, c }
function Needs { param([Parameter(Mandatory)] [string] $Must, [Parameter(Mandatory)] $Also) "$Must $Also" }
Try-It { Needs -Must '' -Also 1 }
Try-It { Needs -Must x -Also $null }
function From-Pipe {
    [CmdletBinding()]
    param([Parameter(ValueFromPipelineByPropertyName)] [string] $Name, [Parameter(ValueFromPipelineByPropertyName)] [Alias('Size')] [int] $Length)
    process { "$Name=$Length" }
}
[pscustomobject]@{ Name = 'a'; Length = 1 }, [pscustomobject]@{ Name = 'b'; Size = 2 } | From-Pipe
function Rest { param($First, [Parameter(ValueFromRemainingArguments)] $Others) "$First | $($Others -join ',')" }
Rest 1 2 3
function Bound { [CmdletBinding()] param($A, $B = 2, [switch] $C) ($PSBoundParameters.Keys | Sort-Object) -join ',' }
Bound -A 1 -C
Bound
$splat = @{ Name = 'splatted'; Quiet = $true }
Get-Info @splat
Get-Info @splat -Level High
$positional = 'fromlist'
$list = @('x')
Get-Info @list
function Wrapper { Get-Info @args }
Wrapper wrapped -Level High
function Forward { [CmdletBinding()] param([string] $Name, [string] $Level) Get-Info @PSBoundParameters }
Forward -Name f -Level High
function Common { [CmdletBinding(SupportsShouldProcess)] param($Target) if ($PSCmdlet.ShouldProcess($Target, 'Destroy')) { "destroyed $Target" } }
Common it
Common it -WhatIf
function Positions { param([Parameter(Position = 1)] $Second, [Parameter(Position = 0)] $First) "$First then $Second" }
Positions 1 2
function Dup { param($X) $X }
Try-It { Dup -X 1 -X 2 }
Try-It { Get-Info -Quiet:$false -Name q }
function Ambiguous { [CmdletBinding()] param($ValueOne, $ValueTwo) 'bound' }
Try-It { Ambiguous -Value 1 }
function Nullable { param([Nullable[int]] $N) if ($null -eq $N) { 'null' } else { $N } }
Nullable
Nullable 3
function Bools { param([bool] $B) $B }
Bools $true
Bools 0
Try-It { Bools 'text' }
function Collects { param([string] $One) $One }
Try-It { Collects 1, 2 }
function Any { param([object[]] $Items) $Items.Count }
Any 1
Any 1, 2
function Default-Uses { param($A = 1, $B = $A + 1) "$A $B" }
Default-Uses
Default-Uses 5
