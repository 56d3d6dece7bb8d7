# Objects: making them, their members, adding, removing, comparing, copying.
$o = [pscustomobject]@{ Name = 'box'; Size = 3 }
$o.Name
$o.size
$o.Size = 4
$o.Size
$o.GetType().Name
$o.PSObject.Properties.Name -join ','
$o.PSObject.Properties['Size'].Value
($o | Get-Member -MemberType NoteProperty).Name -join ','
$o | Add-Member -NotePropertyName Colour -NotePropertyValue red
$o.Colour
$o | Add-Member -MemberType ScriptProperty -Name Double -Value { $this.Size * 2 }
$o.Double
$o | Add-Member -MemberType ScriptMethod -Name Grow -Value { param($by) $this.Size += $by; $this.Size }
$o.Grow(5)
$o.Double
$o | Add-Member -MemberType AliasProperty -Name Length -Value Size
$o.Length
$o.PSObject.Properties.Remove('Colour')
$null -eq $o.Colour
try { $o.Missing = 1 } catch { $_.Exception.Message }
$null -eq $o.Missing
"$([pscustomobject]@{ a = 1; b = 'x' })"
$copy = $o.PSObject.Copy()
$copy.Name = 'copied'
$o.Name
$p = New-Object psobject -Property @{ A = 1 }
$p.A
$q = New-Object PSObject
$q | Add-Member NoteProperty 'First' 1
$q | Add-Member @{ Second = 2; }
"$($q.First) $($q.Second)"
$r = $q | Select-Object *, @{ Name = 'Third'; Expression = { $_.First + $_.Second } }
$r.Third
$name = 'Name'
$o.$name
$o.('Na' + 'me')
$o."$name"
$list = 1..3 | ForEach-Object { [pscustomobject]@{ N = $_; Even = $_ % 2 -eq 0 } }
$list.N -join ','
($list | Where-Object Even).N
($list | Sort-Object N -Descending)[0].N
$list[0].PSObject.TypeNames[0]
$o.PSTypeNames.Insert(0, 'My.Type')
$o.PSObject.TypeNames[0]
$t = [pscustomobject]@{ PSTypeName = 'Typed.Thing'; X = 1 }
$t.PSObject.TypeNames[0]
$o -is [pscustomobject]
(Get-Date) -is [datetime]
(5).GetType().FullName
'text'.GetType().BaseType.Name
$o -eq $o
$o -eq $copy
[pscustomobject]@{ a = 1 } -eq [pscustomobject]@{ a = 1 }
$nested = [pscustomobject]@{ Inner = [pscustomobject]@{ Value = 'deep' }; List = @(1, 2) }
$nested.Inner.Value
$nested.List[1]
$nested.Inner.Value = 'changed'
$nested.Inner.Value
foreach ($property in $nested.PSObject.Properties) { "$($property.Name): $($property.Value.GetType().Name)" }
$hash = @{}
$o.PSObject.Properties | Where-Object MemberType -eq NoteProperty | ForEach-Object { $hash[$_.Name] = $_.Value }
$hash.Count
[bool]$o
@($o).Count
$o.Count
$null.Count
(5).Count
'x'.Count
$d = [pscustomobject][ordered]@{ z = 1; a = 2 }
$d.PSObject.Properties.Name -join ','
[string]::IsNullOrEmpty($o.Missing)
$o | Get-Member -Name Grow | ForEach-Object MemberType
