"""The act of voting: what may be cast, by whom, when. Pure values, no I/O."""
