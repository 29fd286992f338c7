-- Grain: one row per amount cell of a recognised form, repairs applied. Key: line_id.
-- The printed text stays as it is; only the amount changes, and is_repaired says so.

select
    lines.* exclude (
        lines.term_state, lines.term_yuan, lines.term_tolerance_yuan
    ) replace (
        coalesce(repairs.repaired_yuan, lines.amount_yuan) as amount_yuan,
    ),
    repairs.line_id is not null as is_repaired,
from {{ ref('int_lines') }} as lines
left join {{ ref('stg_repairs') }} as repairs on lines.line_id = repairs.line_id
