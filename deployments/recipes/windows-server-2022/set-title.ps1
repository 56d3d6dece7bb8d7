# Writes the title into the page that was copied before.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$page = 'C:\inetpub\wwwroot\index.html'
$text = Get-Content -LiteralPath $page -Raw
if ($text -notlike '*@SITE_TITLE@*') {
    Write-Output 'The page has its title already.'
    exit 0
}
Set-Content -LiteralPath $page -Value $text.Replace('@SITE_TITLE@', $env:SITE_TITLE) -Encoding UTF8 -NoNewline
Write-Output "The page's title is $env:SITE_TITLE"
