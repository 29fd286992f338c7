-- Grain: one row per repaired cell. Key: line_id. The printed text stays beside the repaired
-- amount.

select
    line_id,
    printed_text,
    cast(printed_yuan as decimal(18, 2)) as printed_yuan,
    cast(repaired_yuan as decimal(18, 2)) as repaired_yuan,
    evidence,
    cast(cost as decimal(9, 3)) as cost,
    cast(margin as decimal(9, 3)) as margin,
from {{ source('extracted', 'repairs') }}
