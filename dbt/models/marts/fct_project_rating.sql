-- Grain: one row per result printed for a project: execution rate, weights, scores, grade. Key:
-- project_rating_id.

with numbered as (
    select
        *,
        row_number() over (
            partition by form_id, item order by page, row_number, column_number, x0
        ) as repetition,
    from {{ ref('stg_ratings') }}
)

select
    {{ content_key(['ratings.form_id', 'ratings.item', 'ratings.repetition']) }}
        as project_rating_id,
    {{ file_of('ratings.document_id') }} as document_id,
    documents.department_id,
    documents.fiscal_year,
    ratings.project_id,
    ratings.project_name,
    ratings.item,
    ratings.printed_text,
    ratings.rating,
    ratings.page,
    ratings.row_number,
    ratings.column_number,
    ratings.x0,
    ratings.y0,
    ratings.x1,
    ratings.y1,
from numbered as ratings
inner join {{ ref('int_documents') }} as documents on ratings.document_id = documents.document_id
