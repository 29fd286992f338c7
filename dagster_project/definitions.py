"""What Dagster loads: the definitions of the settings that the environment gives.

Nothing else may stand here, or import this: whoever does has the environment's dbt project parsed.
"""

from dagster_project.assembly import build_defs

defs = build_defs()
