"""Tests of the compilers: specs to the desk."""
