# differs in PowerShell 7: some of the messages are worded anew.
# What the binder says to what it cannot bind.
function Get-Info {
    [CmdletBinding(DefaultParameterSetName = 'ByName')]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'ByName')] [string] $Name,
        [Parameter(Mandatory, ParameterSetName = 'ById')] [int] $Id,
        [ValidateSet('Low', 'High')] [string] $Level = 'Low'
    )
    'bound'
}
function Checked {
    param(
        [ValidateRange(1, 10)] [int] $Number = 5,
        [ValidatePattern('^[a-z]+$')] [string] $Word = 'word',
        [ValidateScript({ $_ -ne 'bad' })] $Thing = 'good',
        [ValidateNotNullOrEmpty()] [string] $Text = 'text',
        [ValidateLength(2, 4)] [string] $Sized = 'abc',
        [ValidateCount(1, 2)] [string[]] $Few = 'a'
    )
    'bound'
}
function Needs { param([Parameter(Mandatory)] [string] $Must, [Parameter(Mandatory)] $Also) 'bound' }
function Dup { param($X) 'bound' }
function Ambiguous { [CmdletBinding()] param($ValueOne, $ValueTwo) 'bound' }
function Bools { param([bool] $B) 'bound' }
function One { param([string] $One) 'bound' }
function Typed([int] $n) { 'bound' }
$calls = @(
    { Get-Info box -Level Middle }
    { Get-Info -Id text }
    { Get-Info -Nope 1 }
    { Get-Info a b c }
    { Get-Info -Name }
    { Get-Info -Id 1 -Name x }
    { Checked -Number 11 }
    { Checked -Number 0 }
    { Checked -Word 'A1' }
    { Checked -Thing bad }
    { Checked -Text '' }
    { Checked -Sized 'abcde' }
    { Checked -Sized 'a' }
    { Checked -Few a, b, c }
    { Needs -Must '' -Also 1 }
    { Needs -Must x -Also $null }
    { Dup -X 1 -X 2 }
    { Ambiguous -Value 1 }
    { Bools 'text' }
    { One 1, 2 }
    { Typed 'x' }
)
foreach ($call in $calls) { try { & $call } catch { $_.Exception.Message } }
