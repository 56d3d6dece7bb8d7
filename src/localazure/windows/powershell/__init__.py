"""The PowerShell 5.1 language as a model: parser, evaluator, values. It knows nothing of a machine beyond its host."""
