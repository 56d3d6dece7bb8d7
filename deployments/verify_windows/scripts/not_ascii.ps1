# Writes characters that are not ASCII: u with diaeresis, the euro sign. Runs alone, as an encoded command.
$ProgressPreference = 'SilentlyContinue'
Write-Output ([string][char]0xFC + [string][char]0x20AC)
