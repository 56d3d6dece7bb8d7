# Runs a script. Given: $mintageEnvironment, a JSON object, and $mintageScript; both base64 of UTF-8.
# Ends with the code of the script's own exit, with 1 at an error nobody caught, else with that of the last program.
$ProgressPreference = 'SilentlyContinue'
$ErrorActionPreference = 'Stop'
function Read-MintageText {
    param([string] $Encoded)
    [System.Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Encoded))
}
foreach ($mintageVariable in (Read-MintageText $mintageEnvironment | ConvertFrom-Json).PSObject.Properties) {
    [Environment]::SetEnvironmentVariable($mintageVariable.Name, $mintageVariable.Value, 'Process')
}
$mintageScript = [ScriptBlock]::Create((Read-MintageText $mintageScript))
$global:LASTEXITCODE = 0
$ErrorActionPreference = 'Continue'
& $mintageScript
exit $LASTEXITCODE
