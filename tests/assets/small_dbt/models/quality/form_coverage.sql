select
    document_id,
    form_number,
    title,
    declared,
    found,
    is_empty,
    status,
from {{ source('extracted', 'forms') }}
