"""Others, doing the same work. They run in an environment of their own."""

KEY = "mh_bench_key_0123456789abcdef0123456789abcdef"
