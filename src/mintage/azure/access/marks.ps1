# Which settings the builder changed to be let in, for finish.ps1, which takes back no others of their kind. A mark is
# set before its setting is changed, since the machine may lose its power between the two.
function Set-BuilderMark {
    param([string] $Name)
    $key = 'HKLM:\SOFTWARE\Mintage'
    if (-not (Test-Path -Path $key)) { New-Item -Path $key | Out-Null }
    New-ItemProperty -Path $key -Name $Name -PropertyType DWord -Value 1 -Force | Out-Null
}
