-- Invariant: every amount of money that extraction read is a row of the fact tables.
-- If this fails silently, a join dropped printed amounts, and every sum is a little too small.

with read_amounts as (
    select line_id from {{ ref('stg_lines') }}
    where measure = 'money' and state in ('amount', 'damaged')
    union all
    select project_amount_id as line_id from {{ ref('int_project_amounts') }}
),

kept_amounts as (
    select line_id from {{ ref('fct_budget_line') }}
    union all
    select project_amount_id as line_id from {{ ref('fct_project') }}
)

select read_amounts.line_id
from read_amounts
anti join kept_amounts on read_amounts.line_id = kept_amounts.line_id
