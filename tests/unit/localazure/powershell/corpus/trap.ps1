# trap: an older way to take errors.
function Continues { trap { "trapped $_"; continue }; 'before'; throw 'one'; 'after' }
Continues
function Typed { trap [System.DivideByZeroException] { 'division'; continue }; 1 / 0; 'went on' }
Typed
function Breaks { trap { 'breaking'; break }; throw 'two'; 'never' }
try { Breaks } catch { "outer caught $_" }
function Returns { trap { return 'from the trap' }; throw 'three'; 'never' }
Returns
& { trap { 'outer trap'; continue }; & { throw 'deep' }; 'after the block' }
function Order { 'first'; throw 'four'; 'second'; trap { "late: $($_.Exception.Message)"; continue } }
Order
