"""Reads a packed IDX file of images with NumPy, and scales it: idx.py IMAGES 255|minmax|standard."""

import gzip
import json
import sys
import time

import numpy as np

images, scale = sys.argv[1:]
start = time.perf_counter()
with gzip.open(images) as file:
    pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28 * 28)
x = pixels.astype(np.float32)
if scale == "255":
    # Less work than minmax: no column is looked at.
    x /= 255
elif scale == "minmax":
    low = pixels.min(0)
    span = pixels.max(0) - low
    span[span == 0] = 1
    x -= low
    x /= span
else:
    deviation = x.std(0)
    deviation[deviation == 0] = 1
    x -= x.mean(0)
    x /= deviation
seconds = time.perf_counter() - start
result = {
    "seconds": seconds,
    "notZero": int(np.count_nonzero(x)),
    "squares": float((x.astype(np.float64) ** 2).sum()),
    "version": np.__version__,
}
print("nnspec-bench: " + json.dumps(result))
