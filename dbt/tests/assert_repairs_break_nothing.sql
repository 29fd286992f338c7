-- Invariant: an equation that holds as printed holds after repair.
-- If this fails silently, a repair mended one equation by breaking another.

select
    printed.equation_id,
    printed.identity,
    printed.document_id,
    checks.difference_yuan,
from {{ ref('int_balance_equations') }} as printed
inner join {{ ref('balance_checks') }} as checks on printed.equation_id = checks.equation_id
where
    printed.verdict in ('holds', 'holds_within_rounding')
    and checks.verdict not in ('holds', 'holds_within_rounding')
