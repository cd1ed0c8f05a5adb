"""The forms in which an edition is published beside its page, one module each: contents and cover in, bytes out.

Here: XLSX (workbook), CSVW metadata (metadata), SDMX-CSV (observations), JSON (whole) and PDF (pdf). Not here: the page
(reports/render.py), the CSV of a table, which is what an edition is told apart by (reports/companions.py), or where
files are put. Nothing here knows a figure that is hidden: a cell under disclosure control holds none.
"""
