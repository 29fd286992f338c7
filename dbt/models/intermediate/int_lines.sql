-- Grain: one row per amount cell of a recognised form, blank cells included. Key: line_id.
-- Repairs are not applied yet. What balance needs to know of a cell stands here: its column's key,
-- what it counts as in a sum (term_state, term_yuan), and whether it is damaged.

with in_forms as (
    select
        lines.*,
        coalesce(forms.blank_is_nil, false) as blank_is_nil,
        coalesce(forms.ordinal, 0) as form_ordinal,
        catalogue.layout as form_layout,
        catalogue.fund as form_fund,
        catalogue.spending_kind as form_spending_kind,
        universes.priority as universe_priority,
        lost_sums.line_id is not null as is_lost_sum,
        -- How often one canonical column of a phase occurs in a logical row: a form may print it
        -- twice.
        count(*) over (
            partition by
                lines.form_id, lines.panel, lines.row_index, lines.column_item, lines.phase
        ) as columns_of_item,
    from {{ ref('stg_lines') }} as lines
    left join {{ ref('stg_forms') }} as forms on lines.form_id = forms.form_id
    left join {{ ref('forms') }} as catalogue on lines.form = catalogue.form
    left join {{ ref('form_universes') }} as universes on lines.form = universes.form
    left join {{ ref('int_lost_sums') }} as lost_sums on lines.line_id = lost_sums.line_id
),

keyed as (
    select
        *,
        case
            when column_item is null then coalesce(column_path, '')
            when max(columns_of_item) over (partition by form_id, panel, column_item) > 1
                then column_item || ':' || coalesce(column_path, '')
            else column_item
        end as column_key,
        -- 总计 and 合计 stand at the foot of either side of a form with two sides.
        case
            when row_item = 'revenue_this_year' then 'revenue_current_total'
            when row_item = 'expenditure_this_year' then 'expenditure_current_total'
            when row_item is null or row_item not in ('grand_total', 'sum_total') then row_item
            when form_layout <> 'panels' then row_item
            when flow = 'revenue' then 'revenue_total'
            when flow = 'expenditure' then 'expenditure_total'
            else row_item
        end as row_role,
        -- A blank is nil where the form's rule says so, and where the form says "not applicable";
        -- a blank sum of what is printed was lost in recognition.
        case
            when state = 'blank' and blank_is_nil and not is_lost_sum then 'nil'
            when state = 'not_applicable' then 'nil'
            else state
        end as term_state,
    from in_forms
)

select
    * exclude (columns_of_item, is_lost_sum),
    case term_state when 'amount' then amount_yuan when 'nil' then 0.00 end as term_yuan,
    case term_state when 'amount' then tolerance_yuan when 'nil' then 0.00 end
        as term_tolerance_yuan,
from keyed
