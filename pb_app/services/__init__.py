"""Verbs, one module a capability: functions on a Session, with the time and the actor given."""
