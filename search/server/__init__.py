"""Which processes serve?

`supervisor` starts and replaces worker processes, `worker` runs the application of `web` in one
process, and `request_queue` limits the questions that wait. This package knows HTTP only as WSGI.
"""
