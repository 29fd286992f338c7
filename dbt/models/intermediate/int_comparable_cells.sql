-- Grain: one row per amount whose meaning is the same in any document: form, fund, flow, kind of
-- expenditure, account or named row, and column. Key: line_id.
-- Budgets and accounts print the same form under two names (部门支出总表, 支出决算表), balances of two
-- years stand in two columns (年初, 年末), and one amount in columns of several names (年初预算数,
-- 决算数). What a document prints twice under one meaning is left out: it is not known which is meant.

with cells as (
    select
        *,
        regexp_replace(form, '^(budget|final_account)_', '') as form_base,
        regexp_replace(
            case
                when function_code <> 'all' or economic_code <> 'all' then 'account'
                when row_item in ('grand_total', 'sum_total') then 'total'
                when row_item is not null then row_role
                when row_kind = 'total' then 'total'
                when starts_with(column_item, 'three_public_') then 'total'
            end,
            '^(opening|closing)_', ''
        ) as row_meaning,
        case
            when
                column_item in (
                    'amount', 'total', 'initial_budget', 'adjusted_budget', 'final_account',
                    'prior_year_budget', 'prior_year_final_account'
                )
                then 'amount'
            else regexp_replace(column_item, '^(opening|closing)_', '')
        end as column_meaning,
        concat_ws(' ', label, column_path) as words,
    from {{ ref('int_lines') }}
    where
        measure = 'money' and column_item is not null
        and (universe_priority is not null or contains(form, 'three_public'))
)

select
    line_id,
    document_id,
    form_id,
    form,
    phase,
    flow,
    function_code,
    economic_code,
    row_meaning,
    form_base,
    words,
    state,
    term_state,
    term_yuan,
    fund = 'all' and spending_kind = 'all' and row_meaning in (
        'total', 'revenue_total', 'expenditure_total'
    ) as is_grand_total,
    concat_ws(
        '/', form_base, fund, spending_kind, function_code, economic_code, row_meaning,
        column_meaning
    ) as meaning,
from cells
where row_meaning is not null
qualify count(*) over (
    partition by
        document_id, form_base, phase, flow, fund, spending_kind, function_code, economic_code,
        row_meaning, column_meaning
) = 1
