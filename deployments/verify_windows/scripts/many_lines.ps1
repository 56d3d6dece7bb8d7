# More than Run Command brings back: 200 lines of 40 characters.
for ($number = 1; $number -le 200; $number++) {
    'line {0:0000} {1}' -f $number, ('x' * 29)
}
