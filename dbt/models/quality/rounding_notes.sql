-- Grain: one row per equation that holds, but not to the last digit. Key: equation_id.
-- same_figure: one figure is printed twice, equally fine, and not alike: rounding does not explain
-- it well, since both round the same amount. sum: figures were rounded before they were added up. A
-- figure that another place prints less finely is no note.

with notes as (
    select
        checks.*,
        printed.comparison_kind as note_kind,
    from {{ ref('balance_checks') }} as checks
    inner join {{ ref('int_balance_equations') }} as printed
        on checks.equation_id = printed.equation_id
    where checks.verdict = 'holds_within_rounding' and printed.comparison_kind <> 'rounded_figure'
),

places as (
    select
        terms.equation_id,
        string_agg(
            concat_ws(
                ' ', lines.form_number, concat('p', lines.page), concat('r', lines.row_number),
                concat('c', lines.column_number), lines.label, lines.printed_text
            ), '; '
            order by
                terms.side, lines.page, lines.row_number, lines.column_number, terms.line_id
        ) as cells,
        any_value(lines.page order by terms.side, lines.page) as page,
    from {{ ref('balance_terms') }} as terms
    semi join notes on terms.equation_id = notes.equation_id
    inner join {{ ref('int_term_amounts') }} as lines on terms.line_id = lines.line_id
    where terms.amount_yuan <> 0
    group by terms.equation_id
)

select
    notes.equation_id,
    notes.document_id,
    notes.identity,
    notes.form,
    notes.note_kind,
    notes.description,
    places.page,
    places.cells,
    notes.left_yuan,
    notes.right_yuan,
    notes.difference_yuan,
    notes.tolerance_yuan,
from notes
left join places on notes.equation_id = places.equation_id
