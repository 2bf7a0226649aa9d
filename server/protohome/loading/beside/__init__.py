"""What is beside the protos: owners, kept lists, gates and notes."""
