-- 哪些表缺失，哪些表为空？
-- Which forms are missing, which are empty?

select
    documents.file_path,
    coverage.form_number,
    coverage.title,
    coverage.declared,
    coverage.found,
    coverage.is_empty,
from quality.form_coverage as coverage
inner join marts.dim_document as documents using (document_id)
where not coverage.found or coverage.is_empty
order by all;
