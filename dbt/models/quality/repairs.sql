-- Grain: one row per repaired cell. Key: line_id.

select
    line_id,
    printed_text,
    printed_yuan,
    repaired_yuan,
    evidence,
    cost,
    margin,
from {{ ref('stg_repairs') }}
