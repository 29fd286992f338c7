-- Invariant: in the additive facts no row is a part of another row.
-- If this fails silently, sum(amount_yuan) counts a total and its parts.

select
    parts.line_id,
    wholes.line_id as whole_line_id,
from {{ ref('int_expenditure_leaves') }} as leaves
inner join {{ ref('int_lines') }} as parts on leaves.line_id = parts.line_id
inner join {{ ref('int_lines') }} as wholes
    on
        parts.form_id = wholes.form_id
        and parts.panel = wholes.panel
        and parts.parent_row_index = wholes.row_index
        and parts.column_key = wholes.column_key
inner join {{ ref('int_expenditure_leaves') }} as other_leaves
    on wholes.line_id = other_leaves.line_id and leaves.universe_id = other_leaves.universe_id
