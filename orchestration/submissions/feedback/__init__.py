"""What a partner gets back for a submission: a page and a workbook that say what was taken and what to mend.

Here: collect.py makes the value from what a check left behind; expected.py and mends.py say what would have been
right; verdict.py says it in a sentence; page.py and workbook.py show it; shelf.py keeps it in a home. Not here:
checking (check.py) and the languages (orchestration/words/).
"""

from orchestration.submissions.feedback.collect import collect
from orchestration.submissions.feedback.model import Facts, Feedback, Past
from orchestration.submissions.feedback.page import render_page
from orchestration.submissions.feedback.verdict import verdict
from orchestration.submissions.feedback.workbook import render_workbook

__all__ = ["Facts", "Feedback", "Past", "collect", "render_page", "render_workbook", "verdict"]
