-- Grain: one row per cell that says how much a form prints for a whole universe. One cell, where
-- the form prints a total; its topmost coded rows, where it prints none. Key: line_id.
-- A form of one row that neither a label nor a code names, only its columns, is all total.

with cells as (
    select
        *,
        count(distinct row_index) over (partition by form_id) = 1 as is_only_row,
    from {{ ref('int_universe_lines') }}
),

candidates as (
    select
        *,
        case
            when row_role in ('revenue_current_total', 'expenditure_current_total') then 1
            when form_layout = 'rows' and row_kind = 'total' and parent_row_index is null then 2
            when form_layout = 'rows' and row_kind = 'leaf' and is_only_row and not is_labelled
                then 2
            when row_role in ('revenue_total', 'expenditure_total') then 3
            -- A row that is itself a fund or a kind of expenditure: its first row is its total.
            when
                row_role is not null
                and (fund <> form_fund or spending_kind <> form_spending_kind) then 4
        end as candidate_rank,
    from cells
    where function_code = 'all' and economic_code = 'all'
),

printed_totals as (
    select *
    from candidates
    where candidate_rank is not null
    qualify row_number() over (
        partition by universe_id, form_id order by candidate_rank, panel, row_index
    ) = 1
),

topmost_rows as (
    select cells.*
    from cells
    anti join printed_totals
        on
            cells.universe_id = printed_totals.universe_id
            and cells.form_id = printed_totals.form_id
    where cells.parent_row_index is null and cells.axis in ('function', 'economic')
),

totals as (
    select
        universe_id,
        comparison_id,
        document_id,
        fund,
        flow,
        form_id,
        form,
        form_ordinal,
        universe_priority,
        is_repeated_form,
        line_id,
        state,
        amount_yuan,
        true as is_printed,
    from printed_totals
    union all
    select
        universe_id,
        comparison_id,
        document_id,
        fund,
        flow,
        form_id,
        form,
        form_ordinal,
        universe_priority,
        is_repeated_form,
        line_id,
        state,
        amount_yuan,
        false as is_printed,
    from topmost_rows
)

select *
from totals
qualify bool_or(state in ('amount', 'damaged')) over (partition by universe_id, form_id)
