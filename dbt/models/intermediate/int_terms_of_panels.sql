-- Grain: one row per term of an equation between the two sides of a summary form.

with cells as (
    select * from {{ ref('int_lines') }}
    where measure = 'money' and form_layout = 'panels'
),

-- Named rows of the column that shows the whole form: its own funds, all kinds of expenditure.
items as (
    select *
    from cells
    where row_role is not null and fund = form_fund and spending_kind = form_spending_kind
),

item_terms as (
    select
        terms.identity,
        items.form_id || '/' || items.phase as equation_key,
        items.document_id,
        items.form_id,
        items.form,
        terms.side,
        terms.sign,
        terms.row_item,
        terms.requirement,
        items.line_id,
        items.state,
    from items
    inner join {{ ref('balance_item_terms') }} as terms on items.row_role = terms.row_item
    -- Expenditure by function, 部门 and 政府 accounts in three panels has three equal totals.
    qualify dense_rank() over (
        partition by terms.identity, items.form_id, items.phase, terms.row_item
        order by items.panel
    ) = 1
),

-- Every required row once, none twice, and both sides printed.
complete as (
    select
        found.identity,
        found.equation_key,
    from item_terms as found
    group by found.identity, found.equation_key
    having
        count(*) = count(distinct found.row_item)
        and count(*) filter (where found.requirement = 'required') = (
            select count(*)
            from {{ ref('balance_item_terms') }} as required
            where required.identity = found.identity and required.requirement = 'required'
        )
        and bool_or(found.state in ('amount', 'damaged')) filter (where found.side = 'left')
        and bool_or(found.state in ('amount', 'damaged')) filter (where found.side = 'right')
),

-- In a fiscal appropriation summary the revenue side names each budget in a row, the expenditure
-- side in a column.
fund_totals as (
    select *
    from cells
    where
        row_role = 'expenditure_total' and form_fund = 'fiscal_appropriation'
        and fund <> form_fund and state in ('amount', 'damaged')
),

parents as (
    select distinct
        form_id,
        panel,
        parent_row_index,
    from cells
    where parent_row_index is not null
),

fund_leaves as (
    select cells.*
    from cells
    anti join parents
        on
            cells.form_id = parents.form_id
            and cells.panel = parents.panel
            and cells.row_index = parents.parent_row_index
    where cells.flow in ('revenue', 'opening_balance') and cells.is_additive
),

-- Money of no named budget, as a balance carried over in one row, may belong to any of them.
undivided as (
    select distinct
        form_id,
        phase,
    from fund_leaves
    where fund in (form_fund, 'carry_over') and (state = 'damaged' or amount_yuan <> 0)
),

fund_pairs as (
    select
        totals.document_id,
        totals.form_id,
        totals.form,
        totals.line_id as total_line_id,
        leaves.line_id as leaf_line_id,
    from fund_totals as totals
    inner join fund_leaves as leaves
        on
            totals.form_id = leaves.form_id
            and totals.fund = leaves.fund
            and totals.phase = leaves.phase
    anti join undivided
        on totals.form_id = undivided.form_id and totals.phase = undivided.phase
),

-- Where the functions stand in a panel of their own, beside that of the kinds of expenditure, the
-- total of the one is the total of the other.
expenditure_totals as (
    select *
    from items
    where row_role in ('expenditure_current_total', 'expenditure_total')
    qualify row_number() over (
        partition by form_id, phase order by row_role <> 'expenditure_current_total', row_index
    ) = 1
),

function_rows as (
    select *
    from cells
    where
        flow = 'expenditure' and parent_row_index is null and is_additive
        and fund = form_fund and spending_kind = form_spending_kind
),

-- A row without a code may be anything, a total too: of such a panel no sum is made.
function_panels as (
    select
        form_id,
        panel,
        phase,
        column_key,
    from function_rows
    group by all
    having bool_and(function_code <> 'all') and bool_or(state in ('amount', 'damaged'))
),

function_pairs as (
    select
        totals.document_id,
        totals.form_id,
        totals.form,
        concat_ws('/', totals.line_id, function_panels.panel, function_panels.column_key)
            as equation_key,
        totals.line_id as total_line_id,
        function_rows.line_id as function_line_id,
    from expenditure_totals as totals
    inner join function_panels
        on
            totals.form_id = function_panels.form_id
            and totals.phase = function_panels.phase
            and totals.panel <> function_panels.panel
    inner join function_rows
        on
            function_panels.form_id = function_rows.form_id
            and function_panels.panel = function_rows.panel
            and function_panels.phase = function_rows.phase
            and function_panels.column_key = function_rows.column_key
    where totals.state in ('amount', 'damaged')
)

select
    item_terms.identity,
    item_terms.equation_key,
    item_terms.document_id,
    item_terms.form_id,
    item_terms.form,
    item_terms.side,
    item_terms.sign,
    item_terms.line_id,
from item_terms
semi join complete
    on
        item_terms.identity = complete.identity
        and item_terms.equation_key = complete.equation_key
union all
select distinct
    'fund_revenue_equals_expenditure' as identity,
    total_line_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    total_line_id as line_id,
from fund_pairs
union all
select
    'fund_revenue_equals_expenditure' as identity,
    total_line_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    leaf_line_id as line_id,
from fund_pairs
union all
select distinct
    'function_panel_total' as identity,
    equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    total_line_id as line_id,
from function_pairs
union all
select
    'function_panel_total' as identity,
    equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    function_line_id as line_id,
from function_pairs
