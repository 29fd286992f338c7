-- Grain: one row per additive amount of revenue; shards: departments.

select
    coalesce(department_id, 'none') as department_id,
    line_id,
    document_id,
    phase,
    revenue_source,
    cast(100 * amount_yuan as bigint) as amount_fen,
from marts.fct_revenue
order by document_id, phase, revenue_source, line_id
