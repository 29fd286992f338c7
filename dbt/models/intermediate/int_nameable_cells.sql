-- Grain: one row per cell that prose may name, by what names it: a row or column of its own (公务接待费,
-- 政府采购货物), an account (行政运行), or a total of a fund, flow and kind of expenditure. Key: line_id.

with lines as (
    select *
    from {{ ref('int_lines') }}
    where measure = 'money' and term_state in ('amount', 'nil')
),

three_public as (
    select
        *,
        case when starts_with(column_item, 'three_public_') then column_item end as own_column,
        case
            when
                starts_with(row_item, 'three_public_')
                or row_item in ('operating_cost', 'meeting_cost', 'training_cost')
                then row_item
        end as own_row,
    from lines
    where contains(form, 'three_public') or contains(form, 'operating_cost')
),

items as (
    select
        line_id,
        coalesce(
            own_row,
            own_column,
            case
                -- “三公”经费、会议费、培训费 in one form.
                when column_item = 'total' and contains(form, 'three_public')
                    then 'three_public_and_meetings'
            end,
            case
                -- A form of operating cost prints its parts in the same column as their total.
                when
                    column_item in ('operating_cost', 'meeting_cost', 'training_cost')
                    and (row_kind = 'total' or contains(form, 'three_public'))
                    then column_item
            end
        ) as named_item,
    from three_public
    union all
    select
        line_id,
        case
            when starts_with(row_item, 'opening_balance') then 'opening_balance'
            else 'closing_balance'
        end as named_item,
    from lines
    where form_layout = 'panels' and row_item in ('opening_balance', 'closing_balance')
    union all
    select
        line_id,
        case
            when row_kind = 'total' then 'procurement_total'
            when regexp_matches(label, '^[一二三]、货物') then 'procurement_goods'
            when regexp_matches(label, '^[一二三]、工程') then 'procurement_works'
            when regexp_matches(label, '^[一二三]、服务') then 'procurement_services'
        end as named_item,
    from lines
    where form like '%procurement' and column_item in ('total', 'amount')
),

accounts as (
    select
        universe.line_id,
        coalesce(
            nullif(universe.function_code, 'all'), nullif(universe.economic_code, 'all')
        ) as code,
    from {{ ref('int_universe_lines') }} as universe
    where
        universe.flow = 'expenditure' and universe.axis in ('function', 'economic')
        and (universe.axis = 'economic' or universe.spending_kind = 'all')
        and (universe.function_code <> 'all' or universe.economic_code <> 'all')
    union
    -- The accounts of operating cost are a universe of their own.
    select
        line_id,
        economic_code as code,
    from lines
    where contains(form, 'operating_cost') and economic_code <> 'all'
),

-- 总计 includes what is carried over, 合计 does not; prose names either.
totals as (
    select line_id from {{ ref('int_universe_totals') }}
    where is_printed
    union
    select line_id from lines
    where
        form_layout = 'panels' and row_role in ('revenue_total', 'expenditure_total')
        and universe_priority is not null
),

named as (
    select
        line_id,
        named_item,
        null as code,
    from items
    where named_item is not null
    union all
    select
        line_id,
        null as named_item,
        code,
    from accounts
    union all
    select
        line_id,
        null as named_item,
        null as code,
    from totals
)

select
    named.line_id,
    named.named_item,
    named.code,
    lines.document_id,
    lines.form_id,
    lines.form,
    lines.phase,
    lines.fund,
    lines.flow,
    lines.spending_kind,
    regexp_replace(lines.label, '^[一二三四五六七八九十]+、|\s', '', 'g') as name,
    lines.term_yuan,
    lines.term_tolerance_yuan,
    coalesce(lines.universe_priority, 99) as priority,
from named
inner join lines on named.line_id = lines.line_id
