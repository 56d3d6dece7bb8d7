# The page has the title that the recipe gave it.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$text = Get-Content -LiteralPath 'C:\inetpub\wwwroot\index.html' -Raw
if ($text -notmatch '<h1>A golden image</h1>') {
    throw 'the page has another title'
}
if (-not (Test-Path -LiteralPath 'C:\ProgramData\Golden\notice.txt')) {
    throw 'the notice is missing'
}
