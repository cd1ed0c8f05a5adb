"""The verdict on a submission in one sentence, what to do next, and how it compares with the last ones.

Here: which sentence applies. Not here: the rows themselves and how a page looks.
"""

from orchestration.submissions.feedback.model import Feedback
from orchestration.words.catalogue import Words

GOOD, MEND, BAD = "good", "mend", "bad"


def tone(feedback: Feedback) -> str:
    """Whether all is well, rows need mending, or nothing was taken."""
    if feedback.facts.status in ("rejected", "held"):
        return BAD
    return MEND if feedback.counts and feedback.counts.rows_quarantined else GOOD


def verdict(feedback: Feedback, words: Words) -> str:
    """The first sentence of every feedback."""
    status, counts = feedback.facts.status, feedback.counts
    if status == "rejected":
        return words.say("The file was not accepted: none of its rows was taken.")
    if status == "held" and not feedback.facts.submission_id:
        return words.say("The file would be held: a person would decide before any of its rows is taken.")
    if status == "held":
        return words.say("The file is held: a person decides before any of its rows is taken.")
    if status == "withdrawn":
        return words.say("This submission was withdrawn: none of its rows counts any more.")
    if counts is None:
        return words.say("The file was received and has not been checked yet.")
    if counts.rows_read == 0:
        return words.say("The file is in order and has no rows: there is nothing to report.")
    bad = counts.rows_quarantined
    if not bad:
        return words.several("The one row was accepted.", "All %(num)s rows were accepted.", counts.rows_read)
    if bad == counts.rows_read:
        return words.several("The one row needs you.", "None of the %(num)s rows was accepted: all need you.", bad)
    return words.several(
        "Accepted %(accepted)s of %(read)s rows; one row needs you.",
        "Accepted %(accepted)s of %(read)s rows; %(num)s rows need you.",
        bad,
        accepted=counts.rows_accepted,
        read=counts.rows_read,
    )


def next_steps(feedback: Feedback, words: Words) -> list[str]:
    """What the partner does now, in order; one step at least."""
    status, counts = feedback.facts.status, feedback.counts
    if status == "rejected":
        return [
            words.say("Mend what the reason names, in the system that the file comes from where possible."),
            words.say("Send the whole file again; nothing of this one was taken, so that no row will count twice."),
        ]
    if status == "held":
        return [
            words.say("Nothing of the file is lost: it is kept unchanged."),
            words.say("The operators of the warehouse decide; tell them what you know about the reason."),
        ]
    if status == "superseded":
        return [words.say("A later submission has taken the place of this one: you need not do anything.")]
    if counts is None or not counts.rows_quarantined or status == "withdrawn":
        return [words.say("You need not do anything.")]
    return [
        words.say("Mend the rows below in the system that they come from; the cells to mend are marked."),
        _how_to_send(feedback, words),
        words.say("Until then the accepted rows count as they are."),
    ]


def _how_to_send(feedback: Feedback, words: Words) -> str:
    if feedback.contract.delivery == "snapshot":
        return words.say("Send the whole list again: each file of this feed takes the place of the last one.")
    return words.say(
        "Send the mended rows in a new file of the same form; rows with the same key take the place of old ones."
    )


def comparison(feedback: Feedback, words: Words) -> str:
    """How the share of accepted rows compares with the last submission; empty without one to compare with."""
    counts = feedback.counts
    if counts is None or not counts.rows_read or not feedback.past or feedback.facts.status in ("rejected", "held"):
        return ""
    last = feedback.past[-1]
    if counts.rows_quarantined == 0:
        return words.say("Thank you: nothing needs mending.")
    now, then = counts.rows_quarantined / counts.rows_read, last.rows_quarantined / last.rows_read
    shares = {
        "now": words.share(counts.rows_read - counts.rows_quarantined, counts.rows_read),
        "then": words.share(last.rows_read - last.rows_quarantined, last.rows_read),
    }
    if now < then and shares["now"] != shares["then"]:
        return words.say("Thank you: better than last time, with %(now)s of the rows right after %(then)s.", **shares)
    if now == then or shares["now"] == shares["then"]:
        return words.say("As good as last time: %(now)s of the rows were right.", **shares)
    return words.say("Last time more was right: %(now)s of the rows now, %(then)s then.", **shares)
