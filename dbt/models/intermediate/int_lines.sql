-- Grain: one row per amount cell of a recognised form, blank cells included. Key: line_id.
-- Repairs are not applied yet. What balance needs to know of a cell stands here: its column's key,
-- what it counts as in a sum (term_state, term_yuan), and whether it is damaged.

-- How often one canonical column of a phase occurs in a logical row: a form may print it twice.
with columns_of_rows as (
    select
        form_id,
        panel,
        column_item,
        count(*) as times,
    from {{ ref('stg_lines') }}
    group by form_id, panel, row_index, column_item, phase
),

columns_printed_twice as (
    select distinct
        form_id,
        panel,
        column_item,
    from columns_of_rows
    where times > 1
),

-- Columns of no known meaning may be headed alike, or by nothing: their order tells them apart.
unknown_columns as (
    select
        line_id,
        concat_ws(
            ':', coalesce(column_path, ''),
            nullif(
                row_number() over (
                    partition by form_id, panel, row_index, column_path
                    order by column_number, line_id
                ), 1
            )
        ) as column_key,
    from {{ ref('stg_lines') }}
    where column_item is null
),

keyed as (
    select
        lines.*,
        coalesce(forms.blank_is_nil, false) as blank_is_nil,
        coalesce(forms.ordinal, 0) as form_ordinal,
        catalogue.layout as form_layout,
        catalogue.fund as form_fund,
        catalogue.spending_kind as form_spending_kind,
        universes.priority as universe_priority,
        case
            when lines.column_item is null then unknown_columns.column_key
            when twice.form_id is not null
                then lines.column_item || ':' || coalesce(lines.column_path, '')
            else lines.column_item
        end as column_key,
        -- 总计 and 合计 stand at the foot of either side of a form with two sides.
        case
            when lines.row_item = 'revenue_this_year' then 'revenue_current_total'
            when lines.row_item = 'expenditure_this_year' then 'expenditure_current_total'
            when lines.row_item is null or lines.row_item not in ('grand_total', 'sum_total')
                then lines.row_item
            when catalogue.layout <> 'panels' then lines.row_item
            when lines.flow = 'revenue' then 'revenue_total'
            when lines.flow = 'expenditure' then 'expenditure_total'
            else lines.row_item
        end as row_role,
        -- A blank is nil where the form's rule says so, and where the form says "not applicable";
        -- a blank sum of what is printed was lost in recognition.
        case
            when lines.state = 'blank' and forms.blank_is_nil and lost_sums.line_id is null
                then 'nil'
            when lines.state = 'not_applicable' then 'nil'
            else lines.state
        end as term_state,
    from {{ ref('stg_lines') }} as lines
    left join {{ ref('stg_forms') }} as forms on lines.form_id = forms.form_id
    left join {{ ref('forms') }} as catalogue on lines.form = catalogue.form
    left join {{ ref('form_universes') }} as universes on lines.form = universes.form
    left join {{ ref('int_lost_sums') }} as lost_sums on lines.line_id = lost_sums.line_id
    left join unknown_columns on lines.line_id = unknown_columns.line_id
    left join columns_printed_twice as twice
        on
            lines.form_id = twice.form_id
            and lines.panel = twice.panel
            and lines.column_item = twice.column_item
)

select
    *,
    case term_state when 'amount' then amount_yuan when 'nil' then 0.00 end as term_yuan,
    case term_state when 'amount' then tolerance_yuan when 'nil' then 0.00 end
        as term_tolerance_yuan,
from keyed
