"""The sharing rules written a second time, from the text of the policy and in another manner, to judge the
first.

Works on plain dicts, gives the list of objections to showing a row; an empty list means that it may be shown.
"""

RANK = {"public": 1, "official": 2, "restricted": 3, "secret": 4}


def objections(row: dict | None, partner: str, who: dict | None) -> list[str]:
    if who is None:
        return ["not named in the policy"]
    if who["name"] == "operator" or who["name"] == partner:
        return []
    if row is None:
        return ["no marking"]
    if row["originator"] != partner:
        return ["marking of somebody else"]
    found = []
    if RANK[row["level"]] > RANK[who["clearance"]]:
        found.append("level")
    may_hear = {
        "CLEAR": lambda: True,
        "GREEN": lambda: who["enrolled"],
        "AMBER": lambda: who["enrolled"] and named(row["release_to"], who["name"]),
    }.get(row["tlp"])
    if may_hear is None or not may_hear():
        found.append("audience")
    if who["name"] in row["exclude"]:
        found.append("excluded")
    if not purposes_meet(row["purposes"], who["purposes"]):
        found.append("purpose")
    return found


def named(allowed: list | None, name: str) -> bool:
    return True if allowed is None else allowed.count(name) > 0


def purposes_meet(asked: list | None, held: list | None) -> bool:
    if asked is None:
        return True
    return any(held is None or purpose in held for purpose in asked)
