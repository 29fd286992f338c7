-- Grain: one row per (document, phase) whose revenue of the year is its expenditure, as its summary
-- of all funds prints: both totals are the same and nothing is carried over on either side. Then
-- what one form prints as revenue for a function is what another prints as its expenditure. Key:
-- (document_id, phase).

with cells as (
    select * from {{ ref('int_lines') }}
    where
        measure = 'money' and universe_priority is not null
        and (state = 'damaged' or amount_yuan <> 0)
),

summaries as (
    select
        document_id,
        phase,
        any_value(amount_yuan) filter (where row_role = 'revenue_total') as revenue_yuan,
        any_value(amount_yuan) filter (where row_role = 'expenditure_total') as expenditure_yuan,
    from cells
    where form_layout = 'panels' and form_fund = 'all' and fund = 'all' and spending_kind = 'all'
    group by all
),

carried as (
    select distinct document_id
    from cells
    where
        flow in ('opening_balance', 'closing_balance') or fund = 'carry_over'
        or row_role in ('use_of_surplus', 'surplus_distribution')
)

select
    summaries.document_id,
    summaries.phase,
from summaries
anti join carried on summaries.document_id = carried.document_id
where summaries.revenue_yuan = summaries.expenditure_yuan
