"""Measurements: each prints its figure beside a floor or a peer of the same run."""
