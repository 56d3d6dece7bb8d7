# try, catch, finally, throw: which catch takes an error, what $_ is, what goes on.
try { throw 'plain' } catch { $_.Exception.Message; $_.Exception.GetType().Name; $_.FullyQualifiedErrorId; $_.CategoryInfo.Category }
try { throw [System.ArgumentException]'bad argument' } catch [System.ArgumentException] { "argument: $($_.Exception.Message)" }
try { throw [System.IO.FileNotFoundException]::new('no file') } catch [System.IO.IOException] { "io: $($_.Exception.GetType().FullName)" }
try { 1 / 0 } catch [System.DivideByZeroException] { 'division' } catch { 'other' }
try { Get-Item no-such-item -ErrorAction Stop } catch [System.Management.Automation.ItemNotFoundException] { $_.Exception.Message -like "Cannot find path '*no-such-item' because it does not exist." }
try { Get-Nothing } catch [System.Management.Automation.CommandNotFoundException] { $_.Exception.CommandName; $_.FullyQualifiedErrorId }
try { [int]'x' } catch { $_.Exception.GetType().Name; $_.FullyQualifiedErrorId }
try { [int]::Parse('x') } catch { $_.Exception.GetType().Name; $_.Exception.InnerException.GetType().Name }
try { $null.Method() } catch { $_.FullyQualifiedErrorId }
try { 'text'.NoMethod() } catch { $_.Exception.Message }
try { 'in try' } finally { 'finally runs' }
try { try { throw 'inner' } finally { 'inner finally' } } catch { "caught $_" }
try { try { throw 'first' } catch { throw "second after $_" } } catch { "$_" }
try { try { throw 'again' } catch { throw } } catch { "rethrown $_" }
function Fails { throw 'from a function' }
try { Fails } catch { "$_" }
function WithFinally { try { return 'returned' } finally { 'and finally' } }
WithFinally
foreach ($i in 1..3) { try { if ($i -eq 2) { continue }; $i } finally { "done $i" } }
try { throw @{ code = 7 } } catch { $_.TargetObject.code }
try { throw } catch { "$_" }
$e = try { throw 'kept' } catch { $_ }
$e.GetType().Name
"$e"
$Error.Count -gt 0
$Error[0].Exception.Message
$Error.Clear()
$Error.Count
Get-Item no-such-item -ErrorAction SilentlyContinue
$?
$Error.Count
Get-Item no-such-item -ErrorAction Ignore
$Error.Count
Get-Item no-such-item -ErrorAction SilentlyContinue -ErrorVariable mine
$mine.Count
$mine[0].CategoryInfo.Category
$mine[0].FullyQualifiedErrorId
'ok' | Out-Null
$?
try { Write-Error 'written' -ErrorAction Stop } catch { $_.Exception.GetType().Name; $_.Exception.Message; $_.FullyQualifiedErrorId }
try { Write-Error -Message 'm' -ErrorId 'MyId' -Category InvalidData -TargetObject 5 -ErrorAction Stop } catch { "$($_.CategoryInfo.Category) $($_.TargetObject) $($_.FullyQualifiedErrorId)" }
$ErrorActionPreference = 'Stop'
try { Get-Item no-such-item; 'not reached' } catch { 'preference stops' }
$ErrorActionPreference = 'SilentlyContinue'
Get-Item no-such-item
'went on'
$ErrorActionPreference = 'Continue'
function Stops { [CmdletBinding()] param() Get-Item no-such-item; 'after it' }
try { Stops -ErrorAction Stop } catch { 'inherited' }
Stops -ErrorAction SilentlyContinue
try { throw 'x' } catch { $_.InvocationInfo.ScriptLineNumber; $_.InvocationInfo.Line.Trim().Substring(0, 13) }
try { throw (New-Object System.InvalidOperationException 'made') } catch { $_.Exception.Message; $_.FullyQualifiedErrorId }
$record = New-Object System.Management.Automation.ErrorRecord ([Exception]'boom'), 'AnId', 'InvalidData', 'target'
try { throw $record } catch { "$($_.FullyQualifiedErrorId) $($_.CategoryInfo.Category) $($_.TargetObject)" }
function Terminates { [CmdletBinding()] param() $PSCmdlet.ThrowTerminatingError($record) }
try { Terminates } catch { $_.FullyQualifiedErrorId }
try { $x = [datetime]'not a date' } catch { 'no date' }
try { & { throw 'block' } } catch { "$_" }
try { Invoke-Expression 'throw "evaluated"' } catch { "$_" }
try { Invoke-Expression '1 +' } catch { $_.Exception.GetType().Name; $_.FullyQualifiedErrorId }
try { throw 'a' } catch { 'handler' } finally { 'last' }
$e.ScriptStackTrace -match 'line \d+'
$_ = 'outer'
try { throw 'inner' } catch { }
@(try { 1; throw 'x'; 2 } catch { 3 }).Count
1, 2 | ForEach-Object { try { if ($_ -eq 1) { throw 'one' }; $_ } catch { "failed on $($_.Exception.Message)" } }
try { [System.IO.File]::ReadAllText('no-such-folder/x.txt') } catch { $_.Exception.InnerException.GetType().FullName }
'end'
