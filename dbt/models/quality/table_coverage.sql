-- Grain: one row per table that a reader found in a document. Key: (document_id, block).
-- What became of it: it is (part of) a form, a known table that is no form, or unrecognised.

with judged as (
    select
        document_id,
        block,
        page,
        row_count,
        column_count,
        'form' as verdict,
        form_id,
        cast(null as varchar) as table_kind,
    from {{ ref('stg_form_tables') }}
    union all
    select
        document_id,
        block,
        page,
        row_count,
        column_count,
        'known_table' as verdict,
        cast(null as varchar) as form_id,
        table_kind,
    from {{ ref('stg_known_tables') }}
    union all
    select
        document_id,
        block,
        page,
        row_count,
        column_count,
        'unrecognised' as verdict,
        cast(null as varchar) as form_id,
        cast(null as varchar) as table_kind,
    from {{ ref('stg_unrecognised_tables') }}
    -- What is left of a table that was broken up into lines is none.
    where block is not null
)

select
    judged.document_id,
    judged.block,
    judged.page,
    judged.row_count,
    judged.column_count,
    judged.verdict,
    judged.form_id,
    forms.form,
    judged.table_kind,
from judged
left join {{ ref('stg_forms') }} as forms on judged.form_id = forms.form_id
