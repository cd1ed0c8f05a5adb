"""Life-cycles of applications as tables that a ministry can review, run through the real models."""
