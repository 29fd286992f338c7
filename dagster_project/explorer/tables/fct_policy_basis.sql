-- Grain: one row per instrument that a project rests on; shards: departments.

select
    coalesce(documents.department_id, 'none') as department_id,
    basis.document_id,
    basis.project_id,
    basis.instrument_title,
    basis.document_number,
    basis.page,
from marts.fct_policy_basis as basis
inner join marts.dim_document as documents on basis.document_id = documents.document_id
order by basis.document_id, basis.page, basis.policy_basis_id
