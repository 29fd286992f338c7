select
    document_id,
    project_id,
    cast(number_text as decimal(18, 2)) as amount_yuan,
from {{ source('extracted', 'projects') }}
