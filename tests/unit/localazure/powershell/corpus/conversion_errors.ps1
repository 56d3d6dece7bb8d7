# differs in PowerShell 7: the messages are those of a newer .NET.
# What casts that fail say.
foreach ($bad in { [int]'abc' }, { [byte]300 }, { [datetime]'nope' }, { [DayOfWeek]'Someday' }, { [int](1, 2) }, { [version]'x' }, { [guid]'x' }, { [int]'99999999999' }, { [int]::Parse('x') }) {
    try { & $bad } catch { $_.Exception.Message }
}
