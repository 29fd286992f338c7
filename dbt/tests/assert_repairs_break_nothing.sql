-- Invariant: an equation that holds as printed holds after repair.
-- If this fails silently, a repair mended one equation by breaking another.

select
    documents.file_path,
    checks.description,
    checks.left_yuan,
    checks.right_yuan,
    checks.difference_yuan,
    {{ terms_text('printed.equation_id') }} as terms,
from {{ ref('int_balance_equations') }} as printed
inner join {{ ref('balance_checks') }} as checks on printed.equation_id = checks.equation_id
inner join {{ ref('stg_documents') }} as documents on printed.document_id = documents.document_id
where
    printed.verdict in ('holds', 'holds_within_rounding')
    and checks.verdict not in ('holds', 'holds_within_rounding')
