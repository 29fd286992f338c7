-- Grain: one row per policy document a project names as its basis (立项依据). Key: policy_basis_id.

with cited as (
    select distinct * from {{ ref('stg_policy_basis') }}
)

select
    {{ content_key([
        'document_id', 'project_id', 'project_name', 'instrument_title', 'document_number', 'page',
    ]) }} as policy_basis_id,
    document_id,
    project_id,
    project_name,
    instrument_title,
    document_number,
    page,
from cited
