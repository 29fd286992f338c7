-- Grain: one row per amount of money printed about a single project, repairs applied. Key:
-- project_amount_id.

select
    amounts.* replace (
        coalesce(repairs.repaired_yuan, amounts.amount_yuan) as amount_yuan,
    ),
    repairs.line_id is not null as is_repaired,
from {{ ref('int_project_amounts') }} as amounts
left join {{ ref('stg_repairs') }} as repairs on amounts.project_amount_id = repairs.line_id
