"""The contract pack: what services may rely on, as files for their programs, all worked out from the models."""
