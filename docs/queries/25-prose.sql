-- 说明文字里说了哪些金额和增减？
-- Which amounts and changes does the prose name?

select
    documents.file_path,
    amounts.item,
    amounts.fiscal_year,
    amounts.amount_yuan,
    amounts.direction,
    amounts.percentage,
from marts.fct_narrative_amount as amounts
inner join marts.dim_document as documents using (document_id)
order by all
limit 10;
