"""Tests of the rule index: every answer equals the reference evaluator's."""
