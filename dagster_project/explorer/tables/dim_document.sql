-- Grain: one row per document, with how much was read from it and what its equations say.

with amounts as (
    select
        document_id,
        count(*) as amounts,
        count(*) filter (where is_repaired) as repaired,
        count(*) filter (where amount_yuan is null) as unreadable,
    from marts.fct_budget_line
    group by document_id
),

project_amounts as (
    select
        document_id,
        count(*) as amounts,
    from marts.fct_project
    group by document_id
),

verdicts as (
    select
        document_id,
        count(*) filter (where verdict = 'holds') as holds,
        count(*) filter (where verdict = 'holds_within_rounding') as holds_within_rounding,
        count(*) filter (where verdict = 'holds_after_repair') as holds_after_repair,
        count(*) filter (where verdict = 'violated') as violated,
        count(*) filter (where verdict = 'not_computable') as not_computable,
    from quality.balance_checks
    group by document_id
),

unread as (
    select
        document_id,
        count(*) as unrecognised_tables,
    from quality.unrecognised_tables
    group by document_id
)

select
    documents.document_id,
    documents.file_path,
    documents.title,
    documents.document_kind,
    coalesce(documents.department_id, 'none') as department_id,
    documents.reporting_scope,
    documents.fiscal_year,
    documents.unit,
    documents.format,
    documents.text_origin,
    documents.page_count,
    documents.status,
    documents.status_reason,
    documents.source_url,
    cast(coalesce(amounts.amounts, 0) + coalesce(project_amounts.amounts, 0) as integer)
        as amounts,
    cast(coalesce(amounts.repaired, 0) as integer) as repaired,
    cast(coalesce(amounts.unreadable, 0) as integer) as unreadable,
    cast(coalesce(verdicts.holds, 0) as integer) as holds,
    cast(coalesce(verdicts.holds_within_rounding, 0) as integer) as holds_within_rounding,
    cast(coalesce(verdicts.holds_after_repair, 0) as integer) as holds_after_repair,
    cast(coalesce(verdicts.violated, 0) as integer) as violated,
    cast(coalesce(verdicts.not_computable, 0) as integer) as not_computable,
    cast(coalesce(unread.unrecognised_tables, 0) as integer) as unrecognised_tables,
from marts.dim_document as documents
left join amounts on documents.document_id = amounts.document_id
left join project_amounts on documents.document_id = project_amounts.document_id
left join verdicts on documents.document_id = verdicts.document_id
left join unread on documents.document_id = unread.document_id
order by documents.file_path
