"""The rules, each in one exact and readable module that cites its paper."""
