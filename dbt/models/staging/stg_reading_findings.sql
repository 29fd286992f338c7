-- Grain: one row per doubt whether a table was read rightly.

select
    document_id,
    cast(page as integer) as page,
    cast(block as integer) as block,
    kind,
    message,
    ours,
    theirs,
from {{ source('extracted', 'reading_findings') }}
