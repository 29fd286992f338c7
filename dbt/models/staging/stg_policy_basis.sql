-- Grain: one row per policy document that a project names as its basis (立项依据).

select
    document_id,
    project_id,
    project_name,
    instrument_title,
    document_number,
    cast(page as integer) as page,
from {{ source('extracted', 'policy_basis') }}
