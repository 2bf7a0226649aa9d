"""protohome keeps protobuf contracts in the package that the package map gives them."""

__version__ = "0.1.0"
