-- 一个数字印在哪里？
-- Where is a figure printed?

select
    documents.file_path,
    facts.form_number,
    facts.page,
    facts.row_number,
    facts.column_number,
    facts.label,
    facts.column_path,
    facts.printed_text,
    facts.printed_unit,
    facts.amount_yuan,
from marts.fct_budget_line as facts
inner join marts.dim_document as documents using (document_id)
where facts.function_code = '2150517' and facts.amount_yuan <> 0
order by all
limit 5;
