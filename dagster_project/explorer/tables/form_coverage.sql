-- Grain: one row per form that a document promises or prints.

select
    coverage.document_id,
    coverage.form,
    coverage.form_number,
    coverage.title,
    coverage.declared,
    coverage.found,
    coverage.is_empty,
    cast(coverage.cells as integer) as cells,
    forms.page,
from quality.form_coverage as coverage
inner join extracted.forms as forms
    on coverage.form_id = forms.form_id and coverage.document_id = forms.document_id
order by coverage.document_id, forms.ordinal
