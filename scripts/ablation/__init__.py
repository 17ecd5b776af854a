"""What is each part of the ranking worth?

Runs the product with other values of its configuration on question sets, and compares the metrics.
"""
