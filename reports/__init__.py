"""Renders reports from reporting tables; knows nothing of how the data arrived and never imports `orchestration`."""
