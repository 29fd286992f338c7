-- Grain: one row per additive revenue amount, by source. Key: line_id.
-- Of each document and phase one form, because each form prints the same revenue again: the summary
-- of revenue and expenditure, else the total row of the form by source, else the summary of the
-- fiscal appropriation.

with cells as (
    select * from {{ ref('int_lines') }}
    where
        measure = 'money' and flow = 'revenue' and row_kind <> 'memo' and is_additive
        and universe_priority is not null
),

parents as (
    select distinct
        form_id,
        panel,
        parent_row_index as row_index,
    from cells
    where parent_row_index is not null
),

-- Revenue sources as rows: 一般公共预算财政拨款收入, 事业收入, …
sources_as_rows as (
    select
        cells.*,
        case cells.form_fund when 'all' then 1 else 3 end as choice,
        case
            when cells.fund not in ('all', 'fiscal_appropriation') then cells.fund
            else regexp_replace(coalesce(cells.row_item, 'other_revenue'), '^revenue:', '')
        end as revenue_source,
    from cells
    anti join parents
        on
            cells.form_id = parents.form_id
            and cells.panel = parents.panel
            and cells.row_index = parents.row_index
    where cells.form_layout = 'panels' and cells.row_kind = 'leaf'
),

-- Revenue sources as columns, of which the total row shows each one whole.
total_rows as (
    select
        *,
        dense_rank() over (partition by form_id order by panel, row_index) as row_rank,
    from cells
    where form_layout = 'rows' and row_kind = 'total' and parent_row_index is null
),

subtotal_columns as (
    select distinct form_id from total_rows
    where column_item = 'appropriation'
),

sources_as_columns as (
    select
        total_rows.line_id,
        total_rows.document_id,
        total_rows.form_id,
        total_rows.form_ordinal,
        total_rows.phase,
        total_rows.state,
        2 as choice,
        case total_rows.fund
            when 'fiscal_appropriation' then 'appropriation' else total_rows.fund
        end as revenue_source,
    from total_rows
    left join subtotal_columns on total_rows.form_id = subtotal_columns.form_id
    where
        total_rows.row_rank = 1
        and total_rows.fund <> total_rows.form_fund
        and total_rows.column_item <> 'business_revenue_education'
        and not (
            subtotal_columns.form_id is not null
            and total_rows.fund in (
                'general_public_budget', 'government_fund_budget', 'state_capital_budget'
            )
        )
),

sources as (
    select
        line_id,
        document_id,
        form_id,
        form_ordinal,
        phase,
        state,
        choice,
        revenue_source,
    from sources_as_rows
    union all
    select
        line_id,
        document_id,
        form_id,
        form_ordinal,
        phase,
        state,
        choice,
        revenue_source,
    from sources_as_columns
),

printed as (
    select sources.* from sources
    left join {{ ref('stg_repairs') }} as repairs on sources.line_id = repairs.line_id
    where sources.state in ('amount', 'damaged') or repairs.line_id is not null
)

select
    line_id,
    revenue_source,
from printed
qualify dense_rank() over (
    partition by document_id, phase order by choice, form_ordinal, form_id
) = 1
