"""The assets: the way of the data, one module for each step that Dagster shows.

Here: thin assets, which call domain code and return metadata and checks. No parsing, and no SQL of
more than a statement.
"""
