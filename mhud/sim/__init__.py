"""A PBX without a PBX: the fake AMI server of the demo and of the tests."""
