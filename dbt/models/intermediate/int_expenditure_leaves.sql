-- Grain: one row per additive expenditure amount, by axis. Key: line_id.
-- Of each universe, along each axis, the leaves of one form: the most detailed that prints it.

select
    lines.line_id,
    lines.universe_id,
    lines.axis,
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
