"""How fast is it, and how much memory does it take?

Each script measures the product as a user runs it and prints Markdown; `write` puts that into
docs/performance.md. How good the answers are is measured by `wherein evaluate`.
"""
