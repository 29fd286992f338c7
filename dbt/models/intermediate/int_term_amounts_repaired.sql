-- Grain: one row per printed amount that may be a term of an equation, repairs applied. Key:
-- line_id.

select
    amounts.* replace (
        coalesce(repairs.repaired_yuan, amounts.term_yuan) as term_yuan,
        case when repairs.line_id is not null then 0.00 else amounts.term_tolerance_yuan end
            as term_tolerance_yuan,
        case when repairs.line_id is not null then 'amount' else amounts.term_state end
            as term_state,
    ),
from {{ ref('int_term_amounts') }} as amounts
left join {{ ref('stg_repairs') }} as repairs on amounts.line_id = repairs.line_id
