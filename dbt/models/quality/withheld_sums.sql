-- Grain: one row per universe, axis and form whose leaves, as they were read, do not add up to the
-- total that the form prints, while no equation over the same cells says why. Something is
-- misread, and where is not known, so the additive facts go without these leaves: their sum is
-- known to be wrong. fct_budget_line has them as printed. Key: (universe_id, axis).

with leaves as (
    select
        leaves.line_id,
        leaves.universe_id,
        leaves.axis,
        lines.amount_yuan,
    from {{ ref('int_expenditure_leaves') }} as leaves
    inner join {{ ref('int_lines_repaired') }} as lines on leaves.line_id = lines.line_id
),

withheld as (
    {{ sums_short_of_totals('leaves') }}
)

select * from withheld
