"""How do files become a snapshot?

For: reading documents, marking furniture, cutting passages, encoding, storing and publishing.
Not for: questions and their answers (`wherein.search`), HTTP or settings.
"""

import os

# ONNX Runtime sends telemetry unless this variable is set before the first import. Switching the
# telemetry off later still leaves an identifier on disk.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
