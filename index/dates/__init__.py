"""Which dates stand in a text, and which days do they mean?

`scanner` finds dates, `patterns` is the grammar, `expressions` finds where they begin and end, and
`relative` resolves "last October" by the day of publication. Ranking decides which date answers.
"""
