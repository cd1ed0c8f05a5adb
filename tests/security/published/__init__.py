"""Attacks on published editions: what a reader with a ruler, a calculator and all our files would try."""
