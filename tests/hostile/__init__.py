"""Files as an enemy, a careless partner or a broken program would send them.

Here: at least sixty for each of CSV, XLSX, JSON, XML and zip, made by code when the tests run, each with the outcome
that it must have. Not here: the reading of well-meant files (tests/unit/intake) and what follows in the pipeline.
"""
