# Bits.
5 -band 3
5 -bor 3
5 -bxor 3
-bnot 5
1 -shl 4
256 -shr 2
-8 -shr 1
(0x20 -band 0x20) -ne 0
[Convert]::ToString(10, 2)
[Convert]::ToInt32('1010', 2)
7 -band '2'
(1 -bor 2l).GetType().Name
([System.IO.FileAttributes]'Hidden, System').ToString()
[int][System.IO.FileAttributes]'Hidden, System'
([System.IO.FileAttributes]::Hidden -bor [System.IO.FileAttributes]::ReadOnly).ToString()
