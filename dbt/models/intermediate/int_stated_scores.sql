-- Grain: one row per statement about scores of a performance form. Key: statement_id.
-- No indicator scores more than its weight; the weights of a form add up to 100, or to 90 where ten
-- points are kept for the rate of execution (财预〔2020〕10号). What recognition of a scan lost is not
-- held against the form.

with indicators as (
    select
        indicators.*,
        try_cast(indicators.weight as decimal(9, 2)) as weight_points,
        try_cast(indicators.score as decimal(9, 2)) as score_points,
        forms.form,
        documents.text_origin,
    from {{ ref('stg_indicators') }} as indicators
    inner join {{ ref('int_documents') }} as documents
        on indicators.document_id = documents.document_id
    left join {{ ref('stg_forms') }} as forms on indicators.form_id = forms.form_id
),

scores as (
    select
        {{ content_key(['form_id', 'project_id', 'ordinal', 'page', 'row_number']) }}
            as statement_id,
        'score_within_weight' as identity,
        document_id,
        form,
        page,
        row_number,
        concat_ws(' ', project_name, indicator) as subject,
        score as stated,
        weight as expected,
        case
            when score_points <= weight_points then 'holds'
            when text_origin = 'ocr' then 'not_computable'
            else 'violated'
        end as verdict,
    from indicators
    where weight_points is not null and score_points is not null
    qualify row_number() over (
        partition by form_id, project_id, ordinal, page, row_number order by indicator
    ) = 1
),

weights as (
    select
        concat_ws('/', form_id, project_id) as statement_id,
        'weights_add_up' as identity,
        any_value(document_id) as document_id,
        any_value(form) as form,
        min(page) as page,
        min(row_number) as row_number,
        any_value(project_name) as subject,
        cast(sum(weight_points) as varchar) as stated,
        '100' as expected,
        case
            when sum(weight_points) in (90, 100) then 'holds'
            -- Too few points may be rows that were not taken for indicators.
            when sum(weight_points) < 100 or any_value(text_origin) = 'ocr' then 'not_computable'
            else 'violated'
        end as verdict,
    from indicators
    group by form_id, project_id
    having count(weight_points) > 1
)

select * from scores
union all
select * from weights
