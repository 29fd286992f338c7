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
where
    forms.is_reference and lines.flow = 'expenditure' and lines.is_leaf
    and lines.state in ('amount', 'damaged')
