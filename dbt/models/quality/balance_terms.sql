-- Grain: one row per (equation, line), repairs applied: what balance_checks adds up.

select
    terms.equation_id,
    terms.side,
    terms.sign,
    terms.line_id,
    amounts.term_yuan as amount_yuan,
from {{ ref('int_balance_terms') }} as terms
inner join {{ ref('int_term_amounts_repaired') }} as amounts
    on terms.line_id = amounts.line_id
