"""Killed in the middle of a line, as by a machine that has no memory left."""

import os
import signal
import sys

sys.stdin.readline()
print('{"percent": 10}\n{"per', end="", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
