"""What a partner is given of a contract before delivering: a page that explains the feed, and a form to fill in.

Here: the page and its index (page.py), the workbook and the header line (form.py). Not here: what a partner gets back
after delivering (submissions/feedback/).
"""

from orchestration.handouts.form import header_line, render_form
from orchestration.handouts.page import render_index, render_page

__all__ = ["header_line", "render_form", "render_index", "render_page"]
