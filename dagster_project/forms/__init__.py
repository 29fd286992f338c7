"""Recognition: which statutory form a table is, and what each of its cells says.

A form is its title, its header and its row axis. What titles, headers and rows are called is data
(``dbt/seeds``); how they are found in a document is code here. Nothing here adds or compares
amounts: that belongs in ``dagster_project.balance`` and in dbt.
"""
