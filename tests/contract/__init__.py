"""Does the served API keep to its own OpenAPI document? Schemathesis asks a running demo."""
