-- Grain: one row per additive expenditure amount, by axis. Key: line_id.
-- Of each universe, along each axis, the leaves of one form: the most detailed that prints it.

select
    lines.line_id,
    lines.universe_id,
    lines.axis,
    -- Of two schemes the department's counts; the government's where a universe has no other.
    case
        when lines.axis = 'government'
            then if(bool_or(lines.axis = 'economic') over universe, null, 'economic')
        when lines.axis = 'cross_government'
            then if(bool_or(lines.axis = 'cross') over universe, null, 'cross')
        else lines.axis
    end as fact_axis,
from {{ ref('int_universe_lines') }} as lines
inner join {{ ref('int_universe_forms') }} as forms
    on
        lines.universe_id = forms.universe_id
        and lines.axis = forms.axis
        and lines.form_id = forms.form_id
left join {{ ref('stg_repairs') }} as repairs on lines.line_id = repairs.line_id
where
    forms.is_reference and lines.flow = 'expenditure' and lines.is_leaf
    -- A lost cell that was filled again is an amount like any other.
    and (lines.state in ('amount', 'damaged') or repairs.line_id is not null)
window universe as (partition by lines.universe_id)
