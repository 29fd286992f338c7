-- Grain: one row per header, row label or code of a recognised form that the catalogue lacks.

select
    document_id,
    form,
    form_number,
    kind,
    text,
    cast(page as integer) as page,
    cast(row_number as integer) as row_number,
from {{ source('extracted', 'unmapped_labels') }}
