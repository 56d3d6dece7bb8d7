# exits with 3
# exit ends a script, a function's exit too; finally blocks run first.
function Leave { 'leaving'; exit 3; 'never' }
try { Leave } finally { 'finally' }
'never'
