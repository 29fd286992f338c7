-- Grain: one row per amount cell of a recognised form, blank cells included. Key: line_id.
-- amount_yuan is exact; a money cell whose number does not fit DECIMAL(18,2) 元 is damaged, not
-- rounded.

with printed as (
    select
        lines.* replace ({{ own_part('lines') }} as document_id),
        units.factor as unit_factor,
        {{ yuan('lines.number_text', 'units.factor') }} as printed_yuan,
        {{ half_unit('lines.decimals', 'units.factor') }} as printed_tolerance_yuan,
    from {{ source('extracted', 'lines') }} as lines
    left join {{ ref('units') }} as units on lines.printed_unit = units.unit
),

judged as (
    select
        *,
        state = 'amount' and measure = 'money' and printed_yuan is null as is_unrepresentable,
    from printed
)

select
    document_id,
    form_id,
    line_id,
    form,
    form_number,
    cast(panel as integer) as panel,
    cast(row_index as integer) as row_index,
    cast(parent_row_index as integer) as parent_row_index,
    coalesce(is_additive, true) as is_additive,
    row_item,
    label,
    code_printed,
    coalesce(function_code, 'all') as function_code,
    coalesce(economic_code, 'all') as economic_code,
    code_source,
    code_evidence,
    row_kind,
    column_path,
    column_item,
    measure,
    fund,
    phase,
    flow,
    spending_kind,
    case when is_unrepresentable then 'damaged' else state end as state,
    case when is_unrepresentable then 'no amount in 元 and 分' else damage end as damage,
    printed_text,
    printed_unit,
    number_text,
    cast(decimals as integer) as decimals,
    case when measure = 'money' and state = 'amount' then printed_yuan end as amount_yuan,
    case
        when measure = 'money' and state = 'amount' and not is_unrepresentable
            then printed_tolerance_yuan
    end as tolerance_yuan,
    case
        when
            measure <> 'money' and state = 'amount'
            and regexp_full_match(number_text, '[-+]?[0-9]{1,12}(\.[0-9]{1,6})?')
            then cast(number_text as decimal(18, 6))
    end as quantity,
    cast(page as integer) as page,
    cast(row_number as integer) as row_number,
    cast(column_number as integer) as column_number,
    x0,
    y0,
    x1,
    y1,
    confidence,
from judged
