-- Grain: one row per performance indicator (绩效指标) of a project or of a whole department.

select
    {{ own_part() }} as document_id,
    form_id,
    project_id,
    project_name,
    cast(ordinal as integer) as ordinal,
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
    cast(page as integer) as page,
    cast(row_number as integer) as row_number,
from {{ source('extracted', 'indicators') }}
