-- Grain: one row per term of an equation between the functions of all funds and those of one fund.
-- Where a document prints the same total for one kind of expenditure of all funds (基本支出) and of
-- one fund, no other fund pays for it, so each function prints the same in both. Documents whose
-- money is all of one fund are compared by int_terms_across_forms already.

with totals as (
    select
        totals.universe_id,
        totals.comparison_id,
        totals.document_id,
        totals.fund,
        totals.flow,
        lines.phase,
        lines.spending_kind,
        totals.amount_yuan,
        totals.is_repeated_form,
        forms.form_id,
    from {{ ref('int_universe_totals') }} as totals
    inner join {{ ref('int_universe_lines') }} as lines on totals.line_id = lines.line_id
    inner join {{ ref('int_universe_forms') }} as forms
        on
            totals.universe_id = forms.universe_id
            and totals.form_id = forms.form_id
            and forms.axis = 'function'
            and forms.is_reference
    where totals.is_printed and totals.amount_yuan <> 0
),

pairs as (
    select
        wholes.document_id,
        wholes.form_id,
        wholes.universe_id,
        parts.form_id as part_form_id,
        parts.universe_id as part_universe_id,
    from totals as wholes
    inner join totals as parts
        on
            wholes.document_id = parts.document_id
            and wholes.phase = parts.phase
            and wholes.flow = parts.flow
            and wholes.spending_kind = parts.spending_kind
            and wholes.amount_yuan = parts.amount_yuan
            and wholes.comparison_id <> parts.comparison_id
            and wholes.form_id <> parts.form_id
    where
        wholes.fund = 'all' and parts.fund <> 'all'
        and not wholes.is_repeated_form and not parts.is_repeated_form
        and wholes.flow = 'expenditure' and wholes.spending_kind <> 'all'
),

leaves as (
    select *
    from {{ ref('int_universe_lines') }}
    where axis = 'function' and is_leaf and function_code <> 'all'
),

wholes as (
    select
        pairs.*,
        leaves.form,
        leaves.function_code,
        leaves.line_id,
        pairs.universe_id || '/' || pairs.part_universe_id || '/' || leaves.function_code
            as equation_key,
    from pairs
    inner join leaves
        on pairs.universe_id = leaves.universe_id and pairs.form_id = leaves.form_id
),

parts as (
    select
        wholes.*,
        leaves.line_id as part_line_id,
    from wholes
    inner join leaves
        on
            wholes.part_universe_id = leaves.universe_id
            and wholes.part_form_id = leaves.form_id
            and wholes.function_code = leaves.function_code
)

select
    'function_across_kinds' as identity,
    wholes.equation_key,
    wholes.document_id,
    wholes.form_id,
    wholes.form,
    'left' as side,
    1 as sign,
    wholes.line_id,
from wholes
semi join parts on wholes.equation_key = parts.equation_key
union all
select distinct
    'function_across_kinds' as identity,
    equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    part_line_id as line_id,
from parts
