-- Grain: one row per blank cell of recognised text where the sum of printed amounts must have
-- stood. Key: line_id. A form may leave blank what is nil, not the sum of what it prints: such a
-- blank was lost, unless the parts cancel out. A form that leaves most of its sums blank does not
-- print them.

with cells as (
    select lines.*
    from {{ ref('stg_lines') }} as lines
    inner join {{ ref('stg_documents') }} as documents on lines.document_id = documents.document_id
    where documents.text_origin = 'ocr' and lines.measure = 'money'
),

-- The sums of rows: 合计, a class (类) over its groups.
sums_of_rows as (
    select
        sums.line_id,
        any_value(sums.form_id) as form_id,
        any_value(sums.panel) as panel,
        any_value(sums.state) as state,
        'rows' as summed,
    from cells as sums
    inner join cells as parts
        on
            sums.form_id = parts.form_id
            and sums.panel = parts.panel
            and sums.row_index = parts.parent_row_index
            and sums.phase is not distinct from parts.phase
            and sums.column_item is not distinct from parts.column_item
            and sums.column_path is not distinct from parts.column_path
    where parts.is_additive
    group by sums.line_id
    having sum(parts.amount_yuan) <> 0
),

-- The identities that say which columns another one is the sum of.
sum_identities as (
    select identity
    from {{ ref('balance_column_terms') }}
    group by identity
    having count(*) filter (where side = 'left') = 1 and min(sign) = 1
),

column_parts as (
    select
        sums.identity,
        sums.column_item as sum_item,
        parts.column_item as part_item,
    from {{ ref('balance_column_terms') }} as sums
    inner join {{ ref('balance_column_terms') }} as parts on sums.identity = parts.identity
    semi join sum_identities on sums.identity = sum_identities.identity
    where sums.side = 'left' and parts.side = 'right' and parts.requirement <> 'forbidden'
),

phased_panels as (
    {{ phased_panels('cells') }}
),

sums_of_columns as (
    select
        sums.line_id,
        any_value(sums.form_id) as form_id,
        any_value(sums.panel) as panel,
        any_value(sums.state) as state,
        sums.column_item as summed,
    from cells as sums
    inner join column_parts on sums.column_item = column_parts.sum_item
    inner join cells as parts
        on
            sums.form_id = parts.form_id
            and sums.panel = parts.panel
            and sums.row_index = parts.row_index
            and column_parts.part_item = parts.column_item
    left join phased_panels
        on sums.form_id = phased_panels.form_id and sums.panel = phased_panels.panel
    where phased_panels.form_id is null or sums.phase is not distinct from parts.phase
    group by sums.line_id, sums.column_item, column_parts.identity
    having sum(parts.amount_yuan) <> 0
),

sums as (
    select * from sums_of_rows
    union all
    select distinct * from sums_of_columns
),

judged as (
    select
        line_id,
        state,
        count(*) filter (where state = 'blank')
            over (partition by form_id, panel, summed) as blank_sums,
        count(*) filter (where state in ('amount', 'damaged'))
            over (partition by form_id, panel, summed) as printed_sums,
    from sums
)

select distinct line_id
from judged
where state = 'blank' and (blank_sums = 1 or blank_sums <= printed_sums)
