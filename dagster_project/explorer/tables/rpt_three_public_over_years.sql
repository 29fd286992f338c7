-- Grain: one row per department, scope, year and phase.

select
    department_id,
    reporting_scope,
    fiscal_year,
    phase,
    document_id,
    cast(100 * total_yuan as bigint) as total_fen,
    cast(100 * abroad_yuan as bigint) as abroad_fen,
    cast(100 * vehicle_yuan as bigint) as vehicle_fen,
    cast(100 * vehicle_purchase_yuan as bigint) as vehicle_purchase_fen,
    cast(100 * vehicle_running_yuan as bigint) as vehicle_running_fen,
    cast(100 * reception_yuan as bigint) as reception_fen,
from marts.rpt_three_public_over_years
order by all
