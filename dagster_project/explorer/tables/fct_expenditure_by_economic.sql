-- Grain: one row per additive amount by economic code; shards: departments.

select
    coalesce(department_id, 'none') as department_id,
    line_id,
    document_id,
    phase,
    fund,
    spending_kind,
    economic_code,
    cast(100 * amount_yuan as bigint) as amount_fen,
from marts.fct_expenditure_by_economic
order by document_id, phase, fund, spending_kind, economic_code, line_id
