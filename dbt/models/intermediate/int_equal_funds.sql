-- Grain: one row per (document, phase, fund) that is entirely one other fund, as the document
-- itself prints: its summary shows the same grand total, carry-over included, for both. Where a
-- department has no other income, what one form prints for all funds and another for the general
-- public budget is the same money, and may be compared. Key: (document_id, phase, fund).

with cells as (
    select * from {{ ref('int_lines') }}
    where
        measure = 'money' and form_layout = 'panels' and universe_priority is not null
        and state = 'amount' and amount_yuan <> 0
),

grand_totals as (
    select * from cells
    where row_role in ('revenue_total', 'expenditure_total')
),

whole as (
    select * from grand_totals
    where fund = form_fund
),

-- One fund's own row on the revenue side (the first names it whole), or its column of the total.
parts as (
    select
        form_id,
        phase,
        fund,
        amount_yuan,
    from grand_totals
    where fund <> form_fund
    union all
    select
        form_id,
        phase,
        fund,
        arg_min(amount_yuan, row_index) as amount_yuan,
    from cells
    where
        flow = 'revenue' and fund <> form_fund and row_role not in (
            'revenue_total', 'revenue_current_total'
        )
    group by all
)

select
    whole.document_id,
    whole.phase,
    whole.fund,
    any_value(parts.fund) as equal_fund,
from whole
inner join parts
    on
        whole.form_id = parts.form_id
        and whole.phase = parts.phase
        and whole.amount_yuan = parts.amount_yuan
group by all
having count(distinct parts.fund) = 1
