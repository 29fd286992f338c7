-- Grain: one row per statutory form (公开表) of the catalogue. Key: form.

select
    form,
    form_name,
    document_kind,
from {{ ref('forms') }}
