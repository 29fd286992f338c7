-- Invariant: the additive facts of a universe add up to the total that their form prints, within
-- rounding, or an equation over the same cells says why not. If this fails silently,
-- sum(amount_yuan) is wrong and nobody is told: a join has dropped or doubled facts, or taken them
-- from the wrong column.

with facts as (
    select
        line_id,
        amount_yuan,
    from {{ ref('fct_expenditure_by_function') }}
    union all
    select
        line_id,
        amount_yuan,
    from {{ ref('fct_expenditure_by_economic') }}
),

leaves as (
    select
        facts.line_id,
        lines.universe_id,
        lines.axis,
        facts.amount_yuan,
    from facts
    inner join {{ ref('int_universe_lines') }} as lines on facts.line_id = lines.line_id
),

short as (
    {{ sums_short_of_totals('leaves') }}
)

select * from short
