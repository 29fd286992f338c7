-- It looks at a table of each part of the build, and so belongs to the second.
select terms.line_id
from {{ ref('int_balance_terms') }} as terms
left join {{ ref('fct_budget_line') }} as lines on terms.line_id = lines.line_id
where lines.line_id is null
