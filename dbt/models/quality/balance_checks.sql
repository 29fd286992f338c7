-- Grain: one row per balance equation (勾稽关系), with its two sides and its verdict. Key: equation_id.
-- Printed amounts decide; where they fail and the repaired ones agree, it holds after repair.

with repaired_terms as (
    select
        terms.* replace (
            amounts.term_yuan as amount_yuan,
            amounts.term_tolerance_yuan as tolerance_yuan,
            amounts.term_state as state,
        ),
    from {{ ref('int_balance_terms') }} as terms
    inner join {{ ref('int_term_amounts_repaired') }} as amounts
        on terms.line_id = amounts.line_id
),

repaired as (
    {{ balance_sides('repaired_terms') }}
),

judged as (
    select
        *,
        {{ verdict('difference_yuan', 'tolerance_yuan', 'is_computable') }} as repaired_verdict,
    from repaired
),

-- The row that the equation is about: what its left side names.
subjects as (
    select
        terms.equation_id,
        any_value(lines.form_number) as form_number,
        case
            when count(distinct lines.label) = 1 then any_value(lines.label)
        end as label,
        case
            when count(distinct lines.column_path) = 1 then any_value(lines.column_path)
        end as column_path,
    from {{ ref('int_balance_terms') }} as terms
    inner join {{ ref('int_term_amounts') }} as lines on terms.line_id = lines.line_id
    where terms.side = 'left'
    group by terms.equation_id
)

select
    judged.equation_id,
    judged.identity,
    concat_ws(
        ' · ', identities.identity_name_zh, subjects.form_number, subjects.label,
        subjects.column_path
    ) as description,
    {{ file_of('judged.document_id') }} as document_id,
    judged.form,
    judged.left_yuan,
    judged.right_yuan,
    judged.difference_yuan,
    judged.tolerance_yuan,
    case
        when judged.repaired_verdict not in ('holds', 'holds_within_rounding')
            then judged.repaired_verdict
        when printed.verdict in ('holds', 'holds_within_rounding') then printed.verdict
        else 'holds_after_repair'
    end as verdict,
from judged
inner join {{ ref('int_balance_equations') }} as printed
    on judged.equation_id = printed.equation_id
inner join {{ ref('balance_identities') }} as identities on judged.identity = identities.identity
left join subjects on judged.equation_id = subjects.equation_id
