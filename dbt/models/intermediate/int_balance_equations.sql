-- Grain: one row per balance equation, judged on the amounts as printed. Key: equation_id.

with sides as (
    {{ balance_sides(ref('int_balance_terms')) }}
)

select
    *,
    {{ verdict('difference_yuan', 'tolerance_yuan', 'is_computable') }} as verdict,
from sides
