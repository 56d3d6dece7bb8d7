"""Objects as text, as the end of a pipeline, Out-String and the Format- commands show them."""
