-- Grain: one row per amount of money printed about a single project. Key: project_amount_id.

with amounts as (
    select
        *,
        row_number() over (
            partition by project_amount_key order by page, row_number, column_number
        ) as repetition,
    from {{ ref('stg_projects') }}
    where state in ('amount', 'damaged') and is_money
)

select
    {{ content_key(['project_amount_key', 'repetition']) }} as project_amount_id,
    * exclude (project_amount_key, repetition, is_money),
from amounts
