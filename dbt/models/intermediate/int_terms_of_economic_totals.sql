-- Grain: one row per term of an equation between a personnel or public total (人员经费合计, 公用经费 合计) and
-- the economic classes it covers. The classes may stand in other panels than their total, so the
-- rows' tree does not reach them.

with cells as (
    select * from {{ ref('int_lines') }}
    where measure = 'money'
),

totals as (
    select
        *,
        'economic_' || row_item as identity,
    from cells
    where row_item in ('personnel_total', 'public_total') and state in ('amount', 'damaged')
),

classes as (
    select
        *,
        case when economic_code in ('301', '303') then 'personnel_total' else 'public_total' end
            as total_item,
    from cells
    where regexp_full_match(economic_code, '3[0-9]{2}')
),

pairs as (
    select
        totals.identity,
        totals.document_id,
        totals.form_id,
        totals.form,
        totals.line_id as total_line_id,
        classes.line_id as class_line_id,
        classes.state as class_state,
    from totals
    inner join classes
        on
            totals.form_id = classes.form_id
            and totals.row_item = classes.total_item
            and totals.phase = classes.phase
),

-- Where the tree already says it, saying it again would count one equation twice.
covered as (
    select distinct parents.line_id
    from cells as parents
    inner join cells as children
        on
            parents.form_id = children.form_id
            and parents.panel = children.panel
            and parents.row_index = children.parent_row_index
),

instances as (
    select pairs.*
    from pairs
    anti join covered on pairs.total_line_id = covered.line_id
)

select distinct
    identity,
    total_line_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    total_line_id as line_id,
from instances
union all
select
    identity,
    total_line_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    class_line_id as line_id,
from instances
