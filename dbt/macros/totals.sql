{#-
  Where leaves, added up by universe, axis and form, do not reach the total that the form prints for
  the universe, although no equation over the same cells says why: one row each, with both sides.
  `leaves` names a relation with `line_id`, `universe_id`, `axis` and `amount_yuan`.
-#}
{%- macro sums_short_of_totals(leaves) -%}
with sums as (
    select
        leaves.universe_id,
        leaves.axis,
        lines.form_id,
        lines.document_id,
        lines.form,
        lines.phase,
        lines.fund,
        lines.spending_kind,
        sum(leaves.amount_yuan) as leaves_yuan,
        string_agg(
            concat_ws(
                ' ', 'p' || amounts.page, 'r' || amounts.row_number, amounts.label,
                leaves.amount_yuan
            ),
            '; ' order by amounts.page, amounts.row_number, leaves.line_id
        ) as parts,
    from {{ leaves }} as leaves
    inner join {{ ref('int_universe_lines') }} as lines on leaves.line_id = lines.line_id
    inner join {{ ref('int_term_amounts') }} as amounts on leaves.line_id = amounts.line_id
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
        amounts.row_number,
        amounts.term_yuan as total_yuan,
    from {{ ref('int_universe_totals') }} as totals
    inner join {{ ref('int_term_amounts_repaired') }} as amounts on totals.line_id = amounts.line_id
    where totals.is_printed and amounts.term_state = 'amount'
),

explained as (
    select distinct
        lines.universe_id,
        lines.form_id,
    from {{ ref('balance_checks') }} as checks
    inner join {{ ref('int_balance_terms') }} as terms on checks.equation_id = terms.equation_id
    inner join {{ ref('int_universe_lines') }} as lines on terms.line_id = lines.line_id
    where checks.verdict in ('violated', 'not_computable')
)

select
    {{ file_of('sums.document_id') }} as document_id,
    documents.file_path,
    sums.form,
    totals.form_number,
    totals.page,
    totals.row_number,
    sums.universe_id,
    sums.axis,
    sums.phase,
    sums.fund,
    sums.spending_kind,
    try_cast(sums.leaves_yuan as decimal(18, 2)) as leaves_yuan,
    cast(totals.total_yuan as decimal(18, 2)) as total_yuan,
    try_cast(sums.leaves_yuan - totals.total_yuan as decimal(18, 2)) as difference_yuan,
    sums.parts,
from sums
inner join {{ ref('stg_documents') }} as documents on sums.document_id = documents.document_id
inner join totals on sums.universe_id = totals.universe_id and sums.form_id = totals.form_id
inner join tolerances
    on sums.universe_id = tolerances.universe_id and sums.form_id = tolerances.form_id
anti join explained
    on sums.universe_id = explained.universe_id and sums.form_id = explained.form_id
where
    sums.leaves_yuan is null
    or abs(sums.leaves_yuan - totals.total_yuan) > tolerances.tolerance_yuan
{%- endmacro -%}
