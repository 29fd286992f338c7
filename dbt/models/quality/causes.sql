-- Grain: one row per violated equation, with the cause it belongs to. Key: equation_id.
-- Violated equations that share an amount have one cause.

select distinct
    checks.equation_id,
    suspects.cause_id,
    checks.document_id,
from {{ ref('balance_checks') }} as checks
inner join {{ ref('balance_terms') }} as terms on checks.equation_id = terms.equation_id
inner join {{ ref('suspects') }} as suspects on terms.line_id = suspects.line_id
where checks.verdict = 'violated'
