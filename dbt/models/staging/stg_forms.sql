-- Grain: one row per form of a document, found or only promised by its table of contents.
-- Key: form_id.

select
    {{ own_part() }} as document_id,
    form_id,
    cast(ordinal as integer) as ordinal,
    form,
    form_number,
    title,
    declared,
    found,
    is_empty,
    unit,
    cast(page as integer) as page,
    cast(last_page as integer) as last_page,
    coalesce(blank_is_nil, false) as blank_is_nil,
    score,
    status,
    evidence,
from {{ source('extracted', 'forms') }}
