select
    equation_id as cause_id,
    equation_id,
from {{ ref('balance_checks') }}
where verdict = 'violated'
