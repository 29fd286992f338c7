-- Invariant: in the form that the additive facts are taken from, the leaves add up to the total
-- that the form prints, within rounding, or an equation over the same cells says why not. If this
-- fails silently, sum(amount_yuan) is wrong and nobody is told: a row was lost, counted twice, or
-- put under the wrong column.

with leaves as (
    select
        leaves.universe_id,
        leaves.axis,
        lines.form_id,
        lines.document_id,
        lines.form,
        sum(repaired.amount_yuan) as leaves_yuan,
        string_agg(
            concat_ws(
                ' ', 'p' || repaired.page, 'r' || repaired.row_number, repaired.label,
                repaired.amount_yuan
            ),
            '; ' order by repaired.page, repaired.row_number
        ) as terms,
    from {{ ref('int_expenditure_leaves') }} as leaves
    inner join {{ ref('int_universe_lines') }} as lines on leaves.line_id = lines.line_id
    inner join {{ ref('int_lines_repaired') }} as repaired on leaves.line_id = repaired.line_id
    where leaves.axis <> 'cross'
    group by all
),

-- Each total between may be rounded up or down once more.
tolerances as (
    select
        lines.universe_id,
        lines.form_id,
        2 * sum(amounts.term_tolerance_yuan) as tolerance_yuan,
    from {{ ref('int_universe_lines') }} as lines
    inner join {{ ref('int_term_amounts_repaired') }} as amounts on lines.line_id = amounts.line_id
    group by all
),

totals as (
    select
        totals.universe_id,
        totals.form_id,
        amounts.form_number,
        amounts.page,
        amounts.term_yuan as total_yuan,
    from {{ ref('int_universe_totals') }} as totals
    inner join {{ ref('int_term_amounts_repaired') }} as amounts on totals.line_id = amounts.line_id
    where totals.is_printed and amounts.term_state = 'amount'
),

findings as (
    select distinct
        lines.universe_id,
        lines.form_id,
    from {{ ref('balance_checks') }} as checks
    inner join {{ ref('int_balance_terms') }} as terms on checks.equation_id = terms.equation_id
    inner join {{ ref('int_universe_lines') }} as lines on terms.line_id = lines.line_id
    where checks.verdict in ('violated', 'not_computable')
)

select
    documents.file_path,
    totals.form_number,
    totals.page,
    leaves.form,
    leaves.axis,
    leaves.leaves_yuan,
    totals.total_yuan,
    leaves.leaves_yuan - totals.total_yuan as difference_yuan,
    leaves.terms,
from leaves
inner join {{ ref('stg_documents') }} as documents on leaves.document_id = documents.document_id
inner join totals
    on leaves.universe_id = totals.universe_id and leaves.form_id = totals.form_id
inner join tolerances
    on leaves.universe_id = tolerances.universe_id and leaves.form_id = tolerances.form_id
anti join findings
    on leaves.universe_id = findings.universe_id and leaves.form_id = findings.form_id
where
    leaves.leaves_yuan is null
    or abs(leaves.leaves_yuan - totals.total_yuan)
    > tolerances.tolerance_yuan
