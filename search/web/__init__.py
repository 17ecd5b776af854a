"""How are answers shown over HTTP?

`app` makes the Flask application; `pages` and `api` have its URLs, `parameters` what they
accept. Views are values for templates. This package does not rank and does not start servers.
"""
