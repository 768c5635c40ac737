"""Count one file with pabutools, exactly: ``theirs.py FILE RULE grouped|ungrouped STEP``, in its own environment.

Prints seconds of each step and who is funded as JSON. ``ungrouped`` is how its users call it.
"""

import json
import sys
import time

from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.fractions import FRACTION
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares, sequential_phragmen
from pabutools.tiebreaking import TieBreakingRule


def main() -> None:
    """Measure, and print."""
    path, rule, grouping, step = sys.argv[1:]
    if FRACTION != "gmpy2":
        raise SystemExit("pabutools does not count exactly: the comparison would not be fair.")
    start = time.process_time()
    instance, profile = parse_pabulib(path)
    if grouping == "grouped":
        profile = profile.as_multiprofile()
    places = {project: place for place, project in enumerate(instance.project_meta)}
    listed = TieBreakingRule(lambda _instance, _profile, project: places.get(project, 0))
    middle = time.process_time()
    match rule:
        case "greedy":
            funded = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat, tie_breaking=listed)
        case "equal-shares":
            funded = method_of_equal_shares(instance, profile, sat_class=Cost_Sat, tie_breaking=listed)
        case "add1":
            funded = method_of_equal_shares(
                instance, profile, sat_class=Cost_Sat, tie_breaking=listed, voter_budget_increment=int(step)
            )
        case "phragmen":
            funded = sequential_phragmen(instance, profile, tie_breaking=listed)
    end = time.process_time()
    found = {"read": middle - start, "count": end - middle, "funded": sorted(project.name for project in funded)}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
