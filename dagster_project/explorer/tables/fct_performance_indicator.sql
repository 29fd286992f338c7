-- Grain: one row per performance indicator; shards: departments.

select
    coalesce(department_id, 'none') as department_id,
    document_id,
    project_id,
    project_name,
    level_1,
    level_2,
    indicator,
    comparison,
    target,
    target_unit,
    actual,
    weight,
    score,
    deviation_reason,
    page,
from marts.fct_performance_indicator
order by document_id, page, ordinal, row_number, indicator_id
