"""Files to snapshot: read, clean, cut, encode, publish. Knows nothing of ``search``."""

import os

# onnxruntime reports to its makers unless this is set before it is first imported; switching its
# events off later still leaves an identifier on disk.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
