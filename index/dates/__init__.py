"""Which dates are in a text, and which days do they mean?

`scanner` finds dates. `patterns` is the grammar, `vocabulary` its words, and `interpretation` says
what a match means. `relative` resolves "last October" and "on Thursday" by the day of publication,
and `year_inference` completes years without it. Ranking decides which date answers.
"""
