-- Grain: one row per term of an equation between the total that a form prints for a universe and
-- the leaves that the additive facts take from it. It is there only where totals of rows do not
-- lead from that total to every leaf, as where the cell of a part was lost, or a panel has no tree
-- of rows. Elsewhere it would say what other equations say, and count as evidence twice.

with recursive leaves as (
    select
        lines.line_id,
        lines.universe_id,
        lines.axis,
        lines.form_id,
    from {{ ref('int_universe_lines') }} as lines
    inner join {{ ref('int_universe_forms') }} as forms
        on
            lines.universe_id = forms.universe_id
            and lines.axis = forms.axis
            and lines.form_id = forms.form_id
    where
        forms.is_reference and lines.flow = 'expenditure' and lines.is_leaf
        and lines.state in ('amount', 'damaged') and lines.axis in ('function', 'economic')
),

totals as (
    select
        document_id,
        universe_id,
        form_id,
        form,
        line_id,
    from {{ ref('int_universe_totals') }}
    where is_printed and state in ('amount', 'damaged')
),

sums as (
    select * from {{ ref('int_terms_of_rows') }}
    union all
    select * from {{ ref('int_terms_of_panels') }}
    where identity = 'function_panel_total'
),

steps as (
    select
        wholes.line_id as whole_line_id,
        parts.line_id as part_line_id,
    from sums as wholes
    inner join sums as parts
        on wholes.identity = parts.identity and wholes.equation_key = parts.equation_key
    where wholes.side = 'left' and parts.side = 'right'
),

reached as (
    select
        line_id as total_line_id,
        line_id,
    from totals
    union
    select
        reached.total_line_id,
        steps.part_line_id as line_id,
    from reached
    inner join steps on reached.line_id = steps.whole_line_id
),

pairs as (
    select
        totals.document_id,
        totals.form_id,
        totals.form,
        totals.line_id as total_line_id,
        leaves.line_id as leaf_line_id,
        leaves.axis,
        totals.line_id || '/' || leaves.axis as equation_key,
        reached.line_id is null as is_out_of_reach,
    from totals
    inner join leaves
        on totals.universe_id = leaves.universe_id and totals.form_id = leaves.form_id
    left join reached
        on totals.line_id = reached.total_line_id and leaves.line_id = reached.line_id
),

instances as (
    select *
    from pairs
    qualify
        bool_or(is_out_of_reach) over (partition by equation_key)
        -- A total that is itself the only leaf says nothing.
        and not bool_or(total_line_id = leaf_line_id) over (partition by equation_key)
)

select distinct
    'universe_total' as identity,
    equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    total_line_id as line_id,
from instances
union all
select
    'universe_total' as identity,
    equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    leaf_line_id as line_id,
from instances
