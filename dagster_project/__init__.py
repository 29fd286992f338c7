"""A tested warehouse of Chinese departmental budgets (部门预算) and final accounts (部门决算).

Nothing is defined here: `settings` and `resources` stand on the ground, `readers`, `forms`,
`balance` and `extraction` hold the domain, `assets` and `automation` put it to work, `assembly`
gathers them for Dagster and `cli` is the console command.
"""
