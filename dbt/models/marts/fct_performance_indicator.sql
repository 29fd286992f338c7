-- Grain: one row per performance indicator (绩效指标). Key: indicator_id.

select
    {{ content_key([
        'indicators.document_id', 'indicators.form_id', 'indicators.project_id',
        'indicators.ordinal', 'indicators.indicator', 'indicators.page', 'indicators.row_number',
    ]) }} as indicator_id,
    {{ file_of('indicators.document_id') }} as document_id,
    documents.department_id,
    documents.fiscal_year,
    forms.form,
    indicators.project_id,
    indicators.project_name,
    indicators.ordinal,
    indicators.level_1,
    indicators.level_2,
    indicators.indicator,
    indicators.comparison,
    indicators.target,
    indicators.target_unit,
    indicators.actual,
    indicators.weight,
    indicators.score,
    indicators.deviation_reason,
    indicators.page,
    indicators.row_number,
from {{ ref('stg_indicators') }} as indicators
inner join {{ ref('int_documents') }} as documents
    on indicators.document_id = documents.document_id
left join {{ ref('stg_forms') }} as forms on indicators.form_id = forms.form_id
