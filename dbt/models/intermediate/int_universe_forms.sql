-- Grain: one row per form that breaks a universe down along one axis: function, economic,
-- government (the government's economic scheme), cross, cross_government.
-- is_reference marks the most detailed form of each universe and axis: the one whose leaves are the
-- additive facts, and against which the others are compared.

with coded as (
    select
        universe_id,
        document_id,
        axis,
        form_id,
        form,
        is_repeated_form,
        universe_priority,
        form_ordinal,
        count(*) filter (
            where is_leaf and state in ('amount', 'damaged')
            and greatest(length(function_code), length(economic_code)) >= 5
        ) as detailed_leaves,
        count(*) filter (
            where is_leaf and state in ('amount', 'damaged')
            and (function_code <> 'all' or economic_code <> 'all')
        ) as coded_leaves,
        count(*) filter (where is_leaf and state in ('amount', 'damaged')) as leaves,
    from {{ ref('int_universe_lines') }}
    where axis <> 'none'
    group by all
)

select
    *,
    row_number() over (
        partition by universe_id, axis
        order by
            detailed_leaves > 0 desc, coded_leaves > 0 desc, universe_priority asc,
            detailed_leaves desc, leaves desc, form_ordinal asc, form_id asc
    ) = 1 as is_reference,
from coded
where leaves > 0
