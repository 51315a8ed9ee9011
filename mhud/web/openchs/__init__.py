"""The OpenCHS API, `/helpline/api`: its shapes, its errors, its handlers."""
