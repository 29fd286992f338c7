-- 收录了哪些文件？
-- Which documents are there, and what became of them?

select
    departments.department_name,
    documents.fiscal_year,
    documents.document_kind,
    documents.reporting_scope,
    documents.status,
    documents.file_path,
from marts.dim_document as documents
left join marts.dim_department as departments using (department_id)
order by all;
